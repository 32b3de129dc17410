# Completion of autodiff for fish: autodiff completion fish > ~/.config/fish/completions/autodiff.fish

function __autodiff_offers
    set -l words (commandline -opc)
    set -l current (string replace -r '^["\']' '' -- (commandline -ct))
    for offer in ($words[1] __complete fish $words[2..-1] "$current" 2>/dev/null)
        if string match -q ':files*' -- $offer
            set -l option (string match -r '^--[a-z-]+=' -- $current)
            for path in (__fish_complete_path (string replace -r '^--[a-z-]+=' '' -- $current))
                echo -- "$option$path"
            end
        else
            echo -- $offer
        end
    end
end

complete -c autodiff -f -a '(__autodiff_offers)'
