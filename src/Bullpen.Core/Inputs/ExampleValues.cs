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

    /// <summary>Values in an example of an input whose dynamic dimensions are 1.</summary>
    public static double CountIn(TensorSpec input)
    {
        var count = 1.0;
        foreach (var dimension in input.Shape.Dimensions) count *= Math.Abs(dimension);
        return count;
    }

    /// <summary>Rows in an example of a column or a matrix: as many as the model takes at once, one where a request decides.</summary>
    public static long RowsOf(TensorSpec input) => Math.Abs(input.Shape[0]);

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

    /// <summary>Writes one value.</summary>
    public static void Write(Utf8JsonWriter json, ElementType type)
    {
        if (type == ElementType.String) json.WriteStringValue("example");
        else if (type == ElementType.Boolean) json.WriteBooleanValue(true);
        else if (ElementTypes.IsFloat(type)) json.WriteNumberValue(1.5);
        else json.WriteNumberValue(1);
    }
}
