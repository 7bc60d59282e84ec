namespace Bullpen.Core.Repository;

/// <summary>What file names say: which are ONNX models, and which are models of some other kind.</summary>
internal static class ModelFileNames
{
    /// <summary>The model file that is taken where a folder holds several.</summary>
    public const string Default = "model.onnx";

    private const string Onnx = ".onnx";

    /// <summary>Longer ones first where one ends in another.</summary>
    private static readonly string[] OtherModels =
    [
        ".tar.gz", ".tgz", ".mar", ".pkl", ".pickle", ".joblib", ".skops", ".pt", ".pth", ".params", ".h5", ".hdf5", ".keras",
        ".tflite", ".pb", ".safetensors", ".gguf", ".ubj", ".cbm", ".mlmodel", ".pmml", ".ort",
    ];

    /// <summary>True for <c>NAME.onnx</c>, in any case.</summary>
    public static bool IsOnnx(string fileName) => fileName.Length > Onnx.Length && fileName.EndsWith(Onnx, StringComparison.OrdinalIgnoreCase);

    /// <summary>True for a file that by its name is a model of another kind.</summary>
    public static bool IsOtherModel(string fileName) => OtherExtension(fileName) is not null;

    /// <summary>The name of the model that a file would be: without the extension that makes it one.</summary>
    public static string ModelNameOf(string fileName) =>
        IsOnnx(fileName) ? fileName[..^Onnx.Length] : fileName[..^(OtherExtension(fileName)?.Length ?? 0)];

    private static string? OtherExtension(string fileName) =>
        Array.Find(OtherModels, e => fileName.Length > e.Length && fileName.EndsWith(e, StringComparison.OrdinalIgnoreCase));
}
