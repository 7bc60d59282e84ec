using Bullpen.Core.Tensors;
using Microsoft.ML.OnnxRuntime;

namespace Bullpen.Tests.Conformance;

/// <summary>ONNX Runtime without anything of Bullpen's around it: inputs and outputs in the model's order.</summary>
internal sealed class PlainSession : IDisposable
{
    private readonly InferenceSession _session;

    /// <exception cref="OnnxRuntimeException">It cannot load the model.</exception>
    internal PlainSession(string path)
    {
        using var options = new SessionOptions();
        options.DisablePerSessionThreads();
        _session = new InferenceSession(path, options);
    }

    internal IReadOnlyList<string> InputNames => _session.InputNames;

    internal IReadOnlyList<string> OutputNames => _session.OutputNames;

    internal IReadOnlyList<ElementType> InputTypes => [.. InputNames.Select(name => (ElementType)_session.InputMetadata[name].ElementDataType)];

    internal IReadOnlyList<ElementType> OutputTypes => [.. OutputNames.Select(name => (ElementType)_session.OutputMetadata[name].ElementDataType)];

    /// <summary>The kinds of its inputs and outputs that are no tensors: sequence, optional, map.</summary>
    internal IReadOnlyList<string> OtherKinds =>
    [
        .. _session.InputMetadata.Values.Concat(_session.OutputMetadata.Values).Select(node => node.OnnxValueType)
            .Where(kind => kind != OnnxValueType.ONNX_TYPE_TENSOR)
            .Select(kind => kind.ToString().Replace("ONNX_TYPE_", "", StringComparison.Ordinal).ToLowerInvariant()).Distinct().Order(StringComparer.Ordinal),
    ];

    /// <exception cref="OnnxRuntimeException">The run failed.</exception>
    internal IReadOnlyList<Tensor> Run(IReadOnlyList<Tensor> inputs)
    {
        var values = inputs.Select(Value).ToArray();
        try
        {
            using var options = new RunOptions();
            using var outputs = _session.Run(options, [.. InputNames.Take(values.Length)], values, OutputNames);
            return [.. outputs.Select(Copy)];
        }
        finally
        {
            foreach (var value in values) value.Dispose();
        }
    }

    public void Dispose() => _session.Dispose();

    private static OrtValue Value(Tensor tensor)
    {
        var shape = tensor.Shape.Dimensions.ToArray();
        if (tensor.Type == ElementType.String)
        {
            var strings = OrtValue.CreateTensorWithEmptyStrings(OrtAllocator.DefaultInstance, shape);
            for (var at = 0; at < tensor.Strings.Count; at++) strings.StringTensorSetElementAt(tensor.Strings[at].Span, at);
            return strings;
        }

        var value = OrtValue.CreateAllocatedTensorValue(OrtAllocator.DefaultInstance, (Microsoft.ML.OnnxRuntime.Tensors.TensorElementType)tensor.Type, shape);
        if (!tensor.Bytes.IsEmpty) tensor.Bytes.Span.CopyTo(value.GetTensorMutableRawData());
        return value;
    }

    private static Tensor Copy(OrtValue value)
    {
        var info = value.GetTensorTypeAndShape();
        var shape = new TensorShape(info.Shape);
        return info.IsString
            ? Tensor.FromStrings(shape, [.. Enumerable.Range(0, (int)info.ElementCount).Select(at => new ReadOnlyMemory<byte>(value.GetStringElementAsSpan(at).ToArray()))])
            : Tensor.FromBytes((ElementType)info.ElementDataType, shape, info.ElementCount == 0 ? default : value.GetTensorMutableRawData().ToArray());
    }
}
