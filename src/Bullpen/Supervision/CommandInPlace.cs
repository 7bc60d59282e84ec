namespace Bullpen.Supervision;

/// <summary>A command that takes the place of this process.</summary>
internal static class CommandInPlace
{
    private const int NoSuchFile = 2;
    private const int NotADirectory = 20;

    /// <summary>Does not return where the command is there and can be run.</summary>
    /// <returns>Whether it was found, and in one line why it is not running.</returns>
    internal static (bool Found, string Reason) Run(IReadOnlyList<string> command)
    {
        var (error, message) = UnixProcess.Replace(command);
        return error is NoSuchFile or NotADirectory
            ? (false, $"{command[0]}: there is no such command.")
            : (true, $"{command[0]}: cannot be executed: {message}.");
    }
}
