using System.Buffers;
using Bullpen.Core.Tensors;
using Microsoft.ML.OnnxRuntime;
using TensorElementType = Microsoft.ML.OnnxRuntime.Tensors.TensorElementType;

namespace Bullpen.Onnx;

/// <summary>
/// A run's inputs as native values over the caller's memory, which stays pinned until they are disposed. Only strings,
/// and memory that is not aligned for its type, are copied.
/// </summary>
internal sealed class BorrowedInputs : IDisposable
{
    private readonly MemoryHandle[] _pins;
    private readonly OrtValue[] _values;
    private readonly int _count;

    /// <summary>Pins the tensors' memory.</summary>
    public BorrowedInputs(IReadOnlyList<NamedTensor> inputs)
    {
        _pins = new MemoryHandle[inputs.Count];
        _values = new OrtValue[inputs.Count];
        try
        {
            for (; _count < inputs.Count; _count++)
            {
                var tensor = inputs[_count].Value;
                _values[_count] = tensor.Type == ElementType.String ? CopyStrings(tensor) : Borrow(tensor, out _pins[_count]);
            }
        }
        catch
        {
            Dispose();
            throw;
        }
    }

    /// <summary>The values, in the order of the inputs.</summary>
    public IReadOnlyCollection<OrtValue> Values => _values;

    /// <inheritdoc/>
    public void Dispose()
    {
        for (var i = 0; i < _count; i++) _values[i].Dispose();
        foreach (var pin in _pins) pin.Dispose();
    }

    private static unsafe OrtValue Borrow(Tensor tensor, out MemoryHandle pin)
    {
        pin = tensor.Bytes.Pin();
        if ((nuint)pin.Pointer % (nuint)ElementTypes.SizeOf(tensor.Type) != 0)
        {
            pin.Dispose();
            pin = new ReadOnlyMemory<byte>(tensor.Bytes.ToArray()).Pin(); // an array's data is aligned to 8 bytes
        }
        return OrtValue.CreateTensorValueWithData(
            OrtMemoryInfo.DefaultInstance, (TensorElementType)tensor.Type, tensor.Shape.Dimensions.ToArray(),
            (nint)pin.Pointer, tensor.Bytes.Length);
    }

    /// <summary>Element by element into buffers of their length: the call that takes them all at once ends each at its first NUL.</summary>
    private static OrtValue CopyStrings(Tensor tensor)
    {
        var value = OrtValue.CreateTensorWithEmptyStrings(OrtAllocator.DefaultInstance, tensor.Shape.Dimensions.ToArray());
        try
        {
            for (var i = 0; i < tensor.Strings.Count; i++) value.StringTensorSetElementAt(tensor.Strings[i].Span, i);
            return value;
        }
        catch
        {
            value.Dispose();
            throw;
        }
    }
}
