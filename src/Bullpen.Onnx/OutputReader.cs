using Bullpen.Core;
using Bullpen.Core.Tensors;
using Microsoft.ML.OnnxRuntime;

namespace Bullpen.Onnx;

/// <summary>Copies native outputs to managed memory of their own.</summary>
internal static class OutputReader
{
    /// <summary>A tensor of the output's data.</summary>
    public static NamedTensor Read(OrtValue value, string name, string model) => value.OnnxType switch
    {
        OnnxValueType.ONNX_TYPE_MAP => ScoreTable.OfMap(value, name, model),
        OnnxValueType.ONNX_TYPE_SEQUENCE => ScoreTable.OfSequence(value, name, model),
        _ => new NamedTensor(name, ReadTensor(value, name, model)),
    };

    private static Tensor ReadTensor(OrtValue value, string name, string model)
    {
        var info = value.GetTensorTypeAndShape();
        var shape = new TensorShape(info.Shape);
        if (info.IsString) return Tensor.FromStrings(shape, ReadStrings(value, info.ElementCount));
        if (value.GetTensorSizeInBytes() > Array.MaxLength)
        {
            throw new ServingException(
                ServingErrorKind.ExecutionFailed, $"Model {model}: the output {name} has the shape {shape}, more than {Array.MaxLength} bytes.")
            {
                Model = model,
                Field = name,
            };
        }
        return Tensor.FromBytes((ElementType)info.ElementDataType, shape, value.GetTensorMutableRawData().ToArray());
    }

    private static ReadOnlyMemory<byte>[] ReadStrings(OrtValue value, long count)
    {
        var strings = new ReadOnlyMemory<byte>[count];
        for (var i = 0; i < strings.Length; i++) strings[i] = value.GetStringElementAsSpan(i).ToArray();
        return strings;
    }
}
