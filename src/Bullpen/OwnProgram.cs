namespace Bullpen;

/// <summary>This very program, to be started once more with other arguments.</summary>
internal static class OwnProgram
{
    /// <summary>The executable, an absolute path where the system tells it, and what precedes the arguments.</summary>
    internal static (string Executable, string[] Arguments) Command(params string[] arguments)
    {
        var library = typeof(OwnProgram).Assembly.Location;
        var running = Environment.ProcessPath ?? "dotnet";
        if (library.Length == 0 || Path.GetFileNameWithoutExtension(running) == Path.GetFileNameWithoutExtension(library))
            return (running, arguments);
        // Started as dotnet bullpen.dll, or hosted by something else.
        var muxer = Path.GetFileNameWithoutExtension(running) == "dotnet" ? running : Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet";
        return (muxer, [library, .. arguments]);
    }
}
