namespace Bullpen.Commands;

/// <summary>
/// One script for each shell. <c>@FOLDERS@</c> and <c>@FILES@</c> stand for the options that take a folder or a file.
/// The directive <c>[suggest:POSITION]</c> of System.CommandLine takes the line as one argument, and prints a suggestion a line.
/// </summary>
internal static class CompletionScripts
{
    internal const string Bash = """
        # bash completion for bullpen: source <(bullpen completion bash)
        _bullpen() {
          local word=${COMP_WORDS[COMP_CWORD]} before=${COMP_WORDS[COMP_CWORD - 1]} line=${COMP_LINE:0:COMP_POINT} suggestions
          # bash splits --option=value into three words.
          if [ "$word" = "=" ]; then word="" line="${line%=} "
          elif [ "$before" = "=" ]; then before=${COMP_WORDS[COMP_CWORD - 2]} line="${line%="$word"} $word"; fi
          COMPREPLY=()
          case $before in
            @FOLDERS@) compopt -o filenames 2>/dev/null; mapfile -t COMPREPLY < <(compgen -d -- "$word"); return ;;
            @FILES@) compopt -o filenames 2>/dev/null; mapfile -t COMPREPLY < <(compgen -f -- "$word"); return ;;
          esac
          line="bullpen${line#"${COMP_WORDS[0]}"}"
          suggestions=$("${COMP_WORDS[0]}" "[suggest:${#line}]" "$line" 2>/dev/null)
          mapfile -t COMPREPLY < <(compgen -W "$suggestions" -- "$word")
        }
        complete -F _bullpen bullpen

        """;

    internal const string Zsh = """
        #compdef bullpen
        # zsh completion for bullpen: source <(bullpen completion zsh)
        _bullpen() {
          case ${words[CURRENT-1]} in
            @FOLDERS@) _files -/; return ;;
            @FILES@) _files; return ;;
          esac
          local line="bullpen ${(j: :)words[2,CURRENT]}"
          local -a suggestions
          suggestions=(${(f)"$("${words[1]}" "[suggest:${#line}]" "$line" 2>/dev/null)"})
          compadd -a suggestions
        }
        (( $+functions[compdef] )) || { autoload -Uz compinit && compinit; }
        compdef _bullpen bullpen

        """;

    internal const string Fish = """
        # fish completion for bullpen: bullpen completion fish | source
        function __bullpen_complete
            set -l words (commandline -opc)
            set -l word (commandline -ct)
            if contains -- $words[-1] @FOLDERS@
                __fish_complete_directories $word
            else if contains -- $words[-1] @FILES@
                __fish_complete_path $word
            else
                set -l line (string join ' ' -- bullpen $words[2..-1] $word)
                $words[1] "[suggest:"(string length -- $line)"]" $line 2>/dev/null
            end
        end
        complete -c bullpen -f -a '(__bullpen_complete)'

        """;

    internal const string PowerShell = """
        # PowerShell completion for bullpen: bullpen completion pwsh | Out-String | Invoke-Expression
        Register-ArgumentCompleter -Native -CommandName bullpen -ScriptBlock {
            param($word, $ast, $position)
            $elements = @($ast.CommandElements | ForEach-Object { "$_" })
            $before = if ($word) { $elements[-2] } else { $elements[-1] }
            # Where nothing is suggested PowerShell completes folders and files by itself.
            if ($before -in @(@FOLDERS@, @FILES@)) { return }
            $line = $ast.ToString().PadRight($position - $ast.Extent.StartOffset)
            $line = 'bullpen' + $line.Substring($elements[0].Length)
            & $elements[0] "[suggest:$($line.Length)]" $line 2>$null | Where-Object { $_ -like "$word*" } | ForEach-Object {
                [System.Management.Automation.CompletionResult]::new($_, $_, 'ParameterValue', $_)
            }
        }

        """;
}
