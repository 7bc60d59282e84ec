using System.Collections;

namespace Bullpen.Supervision;

/// <summary>Starts <c>bullpen serve</c> as a child of this process.</summary>
/// <param name="arguments">What follows <c>serve</c>.</param>
internal sealed class ProcessLauncher(IReadOnlyList<string> arguments) : IServerLauncher
{
    private const string Command = "serve";

    /// <inheritdoc/>
    public IServerRun Start()
    {
        var (executable, all) = OwnProgram.Command([Command, .. arguments]);
        var environment = Environment.GetEnvironmentVariables().Cast<DictionaryEntry>().Select(entry => $"{entry.Key}={entry.Value}");
        return new ProcessRun(UnixProcess.Start(executable, all, [.. environment]));
    }
}
