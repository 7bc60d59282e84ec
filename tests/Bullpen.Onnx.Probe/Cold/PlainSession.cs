using Bullpen.Core.Runtimes;
using Bullpen.Core.Tensors;
using Microsoft.ML.OnnxRuntime;

namespace Bullpen.Onnx.Probe.Cold;

/// <summary>A session as a program makes it that knows nothing of Bullpen, but for the threads: those are Bullpen's, so that runs compare.</summary>
internal sealed class PlainSession : IModelSession
{
    private readonly InferenceSession _native;

    public PlainSession(string path, bool isEntry = false)
    {
        using var options = new SessionOptions();
        options.DisablePerSessionThreads();
        if (isEntry)
        {
            options.GraphOptimizationLevel = GraphOptimizationLevel.ORT_DISABLE_ALL;
            options.AddSessionConfigEntry("session.disable_prepacking", "1");
        }

        _native = new InferenceSession(path, options);
        Signature = new ModelSignature
        {
            Inputs = [.. _native.InputMetadata.Select(input => new TensorSpec(
                input.Key, (ElementType)input.Value.ElementDataType, new TensorShape(Array.ConvertAll(input.Value.Dimensions, d => d < 0 ? TensorShape.Dynamic : d))))],
            Outputs = [.. _native.OutputMetadata.Select(output => new TensorSpec(
                output.Key, (ElementType)output.Value.ElementDataType, new TensorShape(Array.ConvertAll(output.Value.Dimensions, d => d < 0 ? TensorShape.Dynamic : d))))],
        };
    }

    public ModelSignature Signature { get; }

    public ModelFootprint Footprint => default;

    public IReadOnlyList<NamedTensor> Run(IReadOnlyList<NamedTensor> inputs, IReadOnlyList<string> outputs, CancellationToken cancellationToken)
    {
        using var options = new RunOptions();
        using var pin = inputs[0].Value.Bytes.Pin();
        unsafe
        {
            using var value = OrtValue.CreateTensorValueWithData(
                OrtMemoryInfo.DefaultInstance, (Microsoft.ML.OnnxRuntime.Tensors.TensorElementType)inputs[0].Value.Type,
                inputs[0].Value.Shape.Dimensions.ToArray(), (nint)pin.Pointer, inputs[0].Value.Bytes.Length);
            using var results = _native.Run(options, [inputs[0].Name], [value], outputs);
            return [];
        }
    }

    public void Dispose() => _native.Dispose();
}
