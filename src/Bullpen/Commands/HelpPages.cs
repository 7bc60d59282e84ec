namespace Bullpen.Commands;

/// <summary>What <c>--help</c> says of each command.</summary>
internal static class HelpPages
{
    internal const string Root = """
        Bullpen serves many ONNX models on one port and loads them on demand.

        Usage:
          bullpen [COMMAND] [OPTION…]     without a command it serves

        Commands:
          serve        Serve the models of a repository. 'bullpen serve --help' lists the options.
          config       Show what serve would run with, and where each value came from.
          version      Show the versions of Bullpen and of what it stands on.
          completion   Print a script that completes commands, options and values in a shell.

        Examples:
          bullpen                                        serve /opt/ml/models, or a checkout's samples
          bullpen --repository models --memory 2GiB      serve the folder models in 2 GiB of memory
          bullpen config --max-models 3                  see the settings first
          curl http://127.0.0.1:8080/models              ask the server what it serves

        """;

    internal const string Version = """
        Show the versions of Bullpen, .NET, ONNX Runtime and libvips, the system and its architecture.

        Usage:
          bullpen version [--json]

        """;

    internal const string Completion = """
        Print a script that completes commands, options and values in a shell.

        Usage:
          bullpen completion bash|zsh|fish|pwsh

        Examples:
          source <(bullpen completion bash)                            in ~/.bashrc
          source <(bullpen completion zsh)                             in ~/.zshrc
          bullpen completion fish | source                             in ~/.config/fish/config.fish
          bullpen completion pwsh | Out-String | Invoke-Expression     in $PROFILE

        """;

    internal const string Optimize = """
        Write the optimised graph of a model, its packed weights and what they are worth into a folder. The
        server does this by itself after a first load (--graph-store).

        Usage:
          bullpen optimize MODEL --to DIR [--attached]     attached: end when the standard input does

        """;

    internal const string Config = """
        Show what serve would run with, and where each value came from: the default, bullpen.json, a
        variable of the environment, or the command line.

        Usage:
          bullpen config [--json] [OPTION…]     any option of 'bullpen serve --help'

        Where a value is wrong it says which, why, and ends with exit code 1.

        Examples:
          bullpen config
          BULLPEN_MEMORY=2GiB bullpen config --max-models 3
          bullpen config --json | jq .memory.value

        """;

    internal static string Serve { get; } = $"""
        Serve the models of a repository.

        Usage:
          bullpen serve [OPTION…]

        {OptionHelp.Text()}Where values come from:
          Every option is also a variable of the environment, BULLPEN_<NAME> (BULLPEN_MAX_MODELS=3), and a
          key in bullpen.json ("max-models": 3). The command line beats the environment, the environment
          the file. 'bullpen config' shows what is in force, and why.

        Examples:
          bullpen serve --repository models                     every model below ./models
          bullpen serve --memory 2GiB --max-models 20           whichever limit is reached first
          bullpen serve --urls http://0.0.0.0:8080              reachable from other machines: no login!
          PORT=9000 BULLPEN_WORKERS=2 bullpen serve             the same by variables

        """;
}
