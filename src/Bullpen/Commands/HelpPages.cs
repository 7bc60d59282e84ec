using Bullpen.Core.Models;

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
          simulate     Replay an access log against other memory budgets and eviction policies.
          health       Ask the server whether it is ready.
          entrypoint   Start the server under a supervisor, or another command in its place, as a container does.
          version      Show the versions of Bullpen and of what it stands on.
          completion   Print a script that completes commands, options and values in a shell.

        Exit codes:
          0    done; a server: ended as it was asked to
          1    a value is wrong, or what was asked for could not be done
          2    wrongly called: an unknown option or command, a missing value
          75   the address to listen on is taken or not there yet: the same start may succeed later

        Examples:
          bullpen                                        serve /opt/ml/models, or a checkout's samples
          bullpen --repository models --memory 2GiB      serve the folder models in 2 GiB of memory
          bullpen config --max-models 3                  see the settings first
          curl http://127.0.0.1:8080/models              ask the server what it serves

        """;

    internal const string Health = """
        Ask the server whether it is ready: GET /health/ready. One line, and exit code 0 or 1.

        Usage:
          bullpen health [--url URL] [--timeout TIME]

        Options:
          --url URL         the server's address. Default: what 'bullpen serve' would listen on with the environment and
                            the bullpen.json that are here; for 0.0.0.0 it asks 127.0.0.1.
          --timeout TIME    the longest wait for its answer. Default: 5s.

        Examples:
          bullpen health
          bullpen health --url http://127.0.0.1:9000 --timeout 1s

        """;

    internal const string Entrypoint = """
        What a container starts: the server under a supervisor, or any other command in its place.

        Usage:
          bullpen entrypoint serve [OPTION…]         any option of 'bullpen serve --help'
          bullpen entrypoint COMMAND [ARGUMENT…]     becomes COMMAND, as exec of a shell does

        The supervisor starts 'bullpen serve', passes signals on, takes ended orphans out of the process table, and
        ends with the server's exit code; 128 and the number of the signal where one ended it. Only a start that ends
        with 75 (the address is taken, or not there yet) is tried again: after 250ms, then twice as long each time up
        to 4s, for BULLPEN_STARTUP_TIMEOUT (also: SAGEMAKER_STARTUP_TIMEOUT) in all. Default: 60s.

        Exit codes beside the server's and the command's own:
          75    the address was taken all the time          127   there is no such command
          143   SIGTERM while it waited to start            126   the command cannot be executed

        A program with the name docker-entrypoint, as a link to bullpen, is the same as 'bullpen entrypoint'.

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

    internal static string Simulate { get; } = $"""
        Replay a trace against memory budgets and eviction policies: would more memory help, or another policy?

        Usage:
          bullpen simulate --trace FILE [OPTION…]       what a server recorded: bullpen serve --access-log FILE
          bullpen simulate --trace KIND [OPTION…]       made up, of the sizes and load times of real models

        Kinds:
          zipf:S      the model at rank r is asked for in proportion to 1 ÷ r^S: zipf:0.8, zipf:1.0, zipf:1.2
          drift       zipf:1.0, and every ten minutes two in a hundred models exchange ranks with others
          scan        zipf:1.0, and every hour each model once more, one after the other
          uniform     every model as often as any other

        Options:
          --memory SIZE[,SIZE…]     budgets to try. Default: 512MiB,1GiB,2GiB,4GiB.
          --policy NAME[,NAME…]     {string.Join(", ", EvictionPolicies.Names)}, or all. Default: all.
          --half-life TIME          a use counts half after this time, for lfu and density. Default: that of serve.
          --models N                how many models a KIND has. Default: 1000.
          --requests N              how many requests a KIND has. Default: 200000.
          --rate N                  how many of them come in a second. Default: 5.
          --loads stored|plain      how the large models of a KIND load: from the store of optimised graphs, as all that
                                    were loaded before, or from their own files. Default: stored.
          --seed N                  of the chance in a KIND. Default: 1.
          --csv                     print CSV.

        What it prints, for each budget and policy:
          hits              the part of the requests whose model was ready
          load              seconds spent loading: what a policy is there to save
          wait p50, p99     what requests waited for their model, loads going one at a time
          evicted           models that had to go for others
          back in 1 min     of those, loaded again within a minute: many of them, and the budget is too small
          refused           larger than the budget, or not loaded within 60s
          fixed set         if the best models stayed for good, and the others were loaded without making room
          bound             less loading than this is not possible, not even knowing the future
        The policies run in the code that serves; the time of a load is that of the log. The same trace gives the same figures.

        Examples:
          bullpen simulate --trace access.log --memory 1GiB,2GiB
          bullpen simulate --trace zipf:1.0 --models 300 --policy lru,density
          bullpen simulate --trace access.log --csv > policies.csv

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
