using System.Text.Json;
using Bullpen.Core.Tensors;

namespace Bullpen.Core.Inputs;

/// <summary>The values in examples of requests: of the right type and shape, and of no meaning.</summary>
internal static class ExampleValues
{
    /// <summary>The most values in an example: beyond that nobody reads it.</summary>
    public const int MaxElements = 4096;

    /// <summary>Any text.</summary>
    public const string Text = "This is an example.";

    /// <summary>A grey picture of 32 by 32 pixels.</summary>
    public const string Picture =
        "data:image/png;base64,iVBORw0KGgoAAAANSUhEUgAAACAAAAAgCAIAAAD8GO2jAAAAJklEQVR42u3NMQ0AAAwDoEqv9KrYsQQMkB6LQCAQCAQCgUAg+BIMLd4AWwUPN68AAAAASUVORK5CYII=";

    /// <summary>The same picture without what says so: base64 alone.</summary>
    public static string PictureBase64 => Picture[(Picture.IndexOf(',') + 1)..];

    /// <summary>Values in an example of an input whose dynamic dimensions are 1.</summary>
    public static double CountIn(TensorSpec input)
    {
        var count = 1.0;
        foreach (var dimension in input.Shape.Dimensions) count *= Math.Abs(dimension);
        return count;
    }

    /// <summary>Writes nested arrays of a shape, each dynamic dimension as 1.</summary>
    public static void Write(Utf8JsonWriter json, ElementType type, ReadOnlySpan<long> dimensions)
    {
        if (dimensions.IsEmpty)
        {
            Write(json, type);
            return;
        }

        json.WriteStartArray();
        for (var i = 0L; i < Math.Abs(dimensions[0]); i++) Write(json, type, dimensions[1..]);
        json.WriteEndArray();
    }

    /// <summary>A tensor that an input takes, each dynamic dimension as 1, or as <paramref name="side"/> where it is a picture's.</summary>
    public static Tensor TensorFor(TensorSpec input, string text, long? side)
    {
        var rank = input.Shape.Rank;
        var dimensions = new long[rank];
        for (var axis = 0; axis < rank; axis++)
        {
            var isSide = side is not null && axis >= rank - 3 && axis < rank - 1;
            dimensions[axis] = input.Shape[axis] != TensorShape.Dynamic ? input.Shape[axis] : isSide ? side!.Value : side is not null && axis == rank - 1 ? 3 : 1;
        }

        var shape = new TensorShape(dimensions);
        var count = (int)shape.ElementCount;
        return input.Type == ElementType.String
            ? Tensor.FromStrings(shape, Enumerable.Repeat(text, count))
            : Tensor.FromBytes(input.Type, shape, Repeated(BytesOf(input.Type, side is not null), count));
    }

    private static byte[] Repeated(byte[] value, int count)
    {
        var bytes = new byte[value.Length * count];
        for (var at = 0; at < bytes.Length; at += value.Length) value.CopyTo(bytes, at);
        return bytes;
    }

    /// <summary>The value that <see cref="Write(Utf8JsonWriter, ElementType)"/> writes; of a picture a grey.</summary>
    private static byte[] BytesOf(ElementType type, bool isPicture) => type switch
    {
        ElementType.Float32 => BitConverter.GetBytes(1.5f),
        ElementType.Float64 => BitConverter.GetBytes(1.5),
        ElementType.Float16 => BitConverter.GetBytes((Half)1.5f),
        ElementType.BFloat16 => BitConverter.GetBytes((ushort)(BitConverter.SingleToUInt32Bits(1.5f) >> 16)),
        _ => [isPicture ? (byte)128 : (byte)1, .. new byte[ElementTypes.SizeOf(type) - 1]],
    };

    /// <summary>Writes one value.</summary>
    public static void Write(Utf8JsonWriter json, ElementType type)
    {
        if (type == ElementType.String) json.WriteStringValue("example");
        else if (type == ElementType.Boolean) json.WriteBooleanValue(true);
        else if (ElementTypes.IsFloat(type)) json.WriteNumberValue(1.5);
        else json.WriteNumberValue(1);
    }
}
