#compdef autodiff
# Completion of autodiff for zsh: autodiff completion zsh > "${fpath[1]}/_autodiff"

_autodiff() {
  local line text about
  local -a ended open ended_about open_about answers
  answers=("${(@f)$(${(Q)words[1]} __complete zsh "${(@Q)words[2,CURRENT-1]}" "${(Q)PREFIX}" 2>/dev/null)}")
  for line in $answers; do
    text=${line%%$'\t'*} about=${line#*$'\t'}
    [[ -n $about ]] && about="$text  -- $about" || about=$text
    if [[ $text == :files ]]; then
      compset -P '--*='
      _files
    elif [[ $text == *[=\(,] ]]; then
      open+=("$text") open_about+=("$about")
    else
      ended+=("$text") ended_about+=("$about")
    fi
  done
  (( $#ended )) && compadd -l -d ended_about -a ended
  (( $#open )) && compadd -S '' -d open_about -a open
}

if [[ $funcstack[1] == _autodiff ]]; then
  _autodiff "$@"
else
  compdef _autodiff autodiff
fi
