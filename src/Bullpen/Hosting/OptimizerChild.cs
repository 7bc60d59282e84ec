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
        var (executable, arguments) = OwnProgram.Command(CommandName, Attached);
        return new OptimizerCommand(executable, arguments);
    }

    /// <summary>What it does; null, or why the model is not worth it.</summary>
    /// <exception cref="InvalidDataException">ONNX Runtime cannot load the model.</exception>
    /// <exception cref="IOException">The model cannot be read, or the folder not be written.</exception>
    internal static string? Write(string model, string folder) => GraphWriter.Write(model, folder, CancellationToken.None);
}
