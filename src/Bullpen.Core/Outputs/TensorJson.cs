using System.Globalization;
using System.Text.Json;
using System.Text.Unicode;
using Bullpen.Core.Tensors;

namespace Bullpen.Core.Outputs;

/// <summary>
/// Writes a tensor's elements as JSON: floats with as few digits as read back the same (float16 and bfloat16 as
/// the float32 of the same value), integers whole, booleans as true and false, strings as they are.
/// </summary>
internal readonly struct TensorJson(Tensor tensor, FloatStyle floats)
{
    /// <summary>Refuses strings that are not UTF-8, before anything of the answer is written.</summary>
    /// <param name="model">The model's name, for the message.</param>
    /// <param name="outputs">What is to be written.</param>
    /// <param name="kind">Whose fault it is: the model's, or the request's, where it could have asked for binary.</param>
    /// <exception cref="ServingException">Of that kind: an element is not UTF-8, and so not JSON.</exception>
    public static void RequireUtf8(string model, IReadOnlyList<NamedTensor> outputs, ServingErrorKind kind = ServingErrorKind.ExecutionFailed)
    {
        foreach (var (name, value, _) in outputs)
        {
            if (FirstNotUtf8(value) is not { } at) continue;
            throw new ServingException(
                kind,
                $"Model {model}, output {name}: element {at} is not UTF-8 and cannot be written as JSON; ask for it in binary.")
            {
                Model = model,
                Field = name,
                Expected = "UTF-8",
                Actual = "other bytes",
            };
        }
    }

    /// <summary>The first string that is not UTF-8; null where all are, or there are none.</summary>
    public static int? FirstNotUtf8(Tensor tensor)
    {
        for (var at = 0; at < tensor.Strings.Count; at++)
        {
            if (!Utf8.IsValid(tensor.Strings[at].Span)) return at;
        }

        return null;
    }

    /// <summary>
    /// Writes the elements from <paramref name="start"/> on as nested arrays of the given dimensions; as a plain
    /// value where there are none.
    /// </summary>
    public void WriteNested(Utf8JsonWriter writer, int start, ReadOnlySpan<long> dimensions)
    {
        if (dimensions.IsEmpty)
        {
            WriteRun(writer, start, 1);
            return;
        }

        writer.WriteStartArray();
        if (dimensions.Length == 1)
        {
            WriteRun(writer, start, (int)dimensions[0]);
        }
        else
        {
            var inner = dimensions[1..];
            var step = TensorShape.CountOf(inner);
            for (var at = 0L; at < dimensions[0]; at++) WriteNested(writer, (int)(start + (at * step)), inner);
        }

        writer.WriteEndArray();
    }

    /// <summary>Writes one row of axis 0, nested; that of a column [N,1] is a plain value.</summary>
    public void WriteRow(Utf8JsonWriter writer, int row)
    {
        var inner = tensor.Shape.Rank == 2 && tensor.Shape[1] == 1 ? [] : tensor.Shape.Dimensions[1..];
        WriteNested(writer, (int)(row * TensorShape.CountOf(inner)), inner);
    }

    /// <summary>Writes elements one after the other.</summary>
    public void WriteRun(Utf8JsonWriter writer, int start, int count)
    {
        switch (tensor.Type)
        {
            case ElementType.String:
                for (var at = start; at < start + count; at++) writer.WriteStringValue(tensor.Strings[at].Span);
                break;
            case ElementType.Boolean:
                foreach (var value in tensor.Bytes.Span.Slice(start, count)) writer.WriteBooleanValue(value != 0);
                break;
            case ElementType.Float32:
                foreach (var value in tensor.Values<float>().Slice(start, count)) WriteSingle(writer, value);
                break;
            case ElementType.Float64:
                foreach (var value in tensor.Values<double>().Slice(start, count)) WriteDouble(writer, value);
                break;
            case ElementType.Float16:
                foreach (var value in tensor.Values<Half>().Slice(start, count)) WriteSingle(writer, (float)value);
                break;
            case ElementType.BFloat16:
                foreach (var value in tensor.Values<ushort>().Slice(start, count))
                    WriteSingle(writer, BitConverter.UInt32BitsToSingle((uint)value << 16));
                break;
            default:
                WriteWhole(writer, start, count);
                break;
        }
    }

    private void WriteWhole(Utf8JsonWriter writer, int start, int count)
    {
        switch (tensor.Type)
        {
            case ElementType.Int8:
                foreach (var value in tensor.Values<sbyte>().Slice(start, count)) writer.WriteNumberValue(value);
                break;
            case ElementType.Int16:
                foreach (var value in tensor.Values<short>().Slice(start, count)) writer.WriteNumberValue(value);
                break;
            case ElementType.Int32:
                foreach (var value in tensor.Values<int>().Slice(start, count)) writer.WriteNumberValue(value);
                break;
            case ElementType.Int64:
                foreach (var value in tensor.Values<long>().Slice(start, count)) writer.WriteNumberValue(value);
                break;
            case ElementType.UInt8:
                foreach (var value in tensor.Bytes.Span.Slice(start, count)) writer.WriteNumberValue(value);
                break;
            case ElementType.UInt16:
                foreach (var value in tensor.Values<ushort>().Slice(start, count)) writer.WriteNumberValue(value);
                break;
            case ElementType.UInt32:
                foreach (var value in tensor.Values<uint>().Slice(start, count)) writer.WriteNumberValue(value);
                break;
            case ElementType.UInt64:
                foreach (var value in tensor.Values<ulong>().Slice(start, count)) writer.WriteNumberValue(value);
                break;
            default:
                throw ElementTypes.Unknown(tensor.Type);
        }
    }

    private void WriteSingle(Utf8JsonWriter writer, float value)
    {
        if (!float.IsFinite(value)) WriteNonFinite(writer, value);
        else if (BitConverter.SingleToInt32Bits(value) == int.MinValue) WriteWithPoint(writer, value);
        else if (floats == FloatStyle.AsTensorFlow && MathF.Truncate(value) == value) WriteWithPoint(writer, value);
        else writer.WriteNumberValue(value);
    }

    private void WriteDouble(Utf8JsonWriter writer, double value)
    {
        if (!double.IsFinite(value)) WriteNonFinite(writer, value);
        else if (BitConverter.DoubleToInt64Bits(value) == long.MinValue) WriteWithPoint(writer, value);
        else if (floats == FloatStyle.AsTensorFlow && Math.Truncate(value) == value) WriteWithPoint(writer, value);
        else writer.WriteNumberValue(value);
    }

    /// <summary>
    /// A whole number, with the shortest digits that read back the same. -0 in every protocol: readers that tell
    /// integers from other numbers, as Python's, take it for the integer 0 without its point.
    /// </summary>
    private static void WriteWithPoint<T>(Utf8JsonWriter writer, T value)
        where T : IUtf8SpanFormattable
    {
        // The longest, -1.7976931348623157E+308, has 24.
        Span<byte> text = stackalloc byte[32];
        if (!value.TryFormat(text, out var length, default, CultureInfo.InvariantCulture)) throw new InvalidOperationException("A number has more digits than any.");
        if (!text[..length].Contains((byte)'E'))
        {
            ".0"u8.CopyTo(text[length..]);
            length += 2;
        }

        writer.WriteRawValue(text[..length], skipInputValidation: true);
    }

    private void WriteNonFinite(Utf8JsonWriter writer, double value)
    {
        if (floats == FloatStyle.AsNull) writer.WriteNullValue();
        else writer.WriteRawValue(double.IsNaN(value) ? "NaN"u8 : value > 0 ? "Infinity"u8 : "-Infinity"u8, skipInputValidation: true);
    }
}
