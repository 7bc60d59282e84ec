namespace Bullpen.Core.Repository;

/// <summary>What a file that is no ONNX model looks like.</summary>
/// <param name="What">A noun phrase: <c>a Python pickle (protocol 4)</c>.</param>
/// <param name="Section">The section of docs/convert.md that leads to ONNX; null where conversion is not what helps.</param>
/// <param name="Advice">A sentence on what helps instead, or beside it.</param>
internal sealed record FileFormat(string What, string? Section = null, string? Advice = null)
{
    public const string Pickle = "python-pickle-and-joblib-files";
    public const string PyTorch = "pytorch-and-torchscript";
    public const string MxNet = "mxnet";
    public const string SavedModel = "tensorflow-savedmodel";
    public const string Keras = "keras-and-hdf5";
    public const string TensorFlowLite = "tensorflow-lite";
    public const string Trees = "xgboost-lightgbm-and-catboost";
    public const string Weights = "safetensors-and-gguf";

    /// <summary>The whole sentence for callers about the file shown as <paramref name="name"/>.</summary>
    public string Sentence(string name)
    {
        var advice = Advice is null ? "" : $" {Advice}";
        var section = Section is null ? "" : $" See docs/convert.md#{Section} on getting to ONNX.";
        return $"{name} looks like {What}, not an ONNX model.{advice}{section}";
    }
}
