using Bullpen.Onnx.Graphs;

namespace Bullpen.Hosting;

/// <summary>The process of its own that writes optimised graphs: this very program once more, with another command.</summary>
internal static class OptimizerChild
{
    /// <summary>The command.</summary>
    internal const string CommandName = "optimize";

    /// <summary>Its option to end with its standard input, and so with the server, however that ends.</summary>
    internal const string Attached = "--attached";

    /// <summary>How the server starts it.</summary>
    internal static OptimizerCommand Command()
    {
        string[] arguments = [CommandName, Attached];
        var library = typeof(OptimizerChild).Assembly.Location;
        var running = Environment.ProcessPath ?? "dotnet";
        if (library.Length == 0 || Path.GetFileNameWithoutExtension(running) == Path.GetFileNameWithoutExtension(library))
            return new OptimizerCommand(running, arguments);
        // Started as dotnet bullpen.dll, or hosted by something else.
        var muxer = Path.GetFileNameWithoutExtension(running) == "dotnet" ? running : Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet";
        return new OptimizerCommand(muxer, [library, .. arguments]);
    }

    /// <summary>What it does; null, or why the model is not worth it.</summary>
    /// <exception cref="InvalidDataException">ONNX Runtime cannot load the model.</exception>
    /// <exception cref="IOException">The model cannot be read, or the folder not be written.</exception>
    internal static string? Write(string model, string folder) => GraphWriter.Write(model, folder, CancellationToken.None);
}
