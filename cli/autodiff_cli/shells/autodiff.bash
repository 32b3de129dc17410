# Completion of autodiff for bash: source <(autodiff completion bash)

_autodiff() {
  local offer
  COMPREPLY=()
  while IFS= read -r offer; do
    if [ "$offer" = ":files" ]; then
      while IFS= read -r offer; do COMPREPLY+=("$offer"); done < <(compgen -f -- "$2")
      compopt -o filenames +o nospace 2>/dev/null
    else
      COMPREPLY+=("$offer")
    fi
  done < <("${1/#\~/$HOME}" __complete bash "${COMP_LINE:0:COMP_POINT}" "$2" 2>/dev/null)
}

complete -o nospace -F _autodiff autodiff
