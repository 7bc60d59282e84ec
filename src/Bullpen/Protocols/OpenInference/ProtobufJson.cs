using System.Globalization;
using System.Text.Json;
using Bullpen.Core.Repository;
using Bullpen.Core.Tensors;
using Bullpen.Http;

namespace Bullpen.Protocols.OpenInference;

/// <summary>Values of a message in protobuf's JSON (protobuf.dev, "ProtoJSON Format"), where a number may be a string and a default may be left out.</summary>
internal static class ProtobufJson
{
    /// <summary>A field's own name, <c>maxBatchSize</c> → <c>max_batch_size</c>, cut to what a message can bear.</summary>
    internal static string NameOf(string name) =>
        Printable.Text(string.Concat(name.Select(c => char.IsAsciiLetterUpper(c) ? $"_{char.ToLowerInvariant(c)}" : c.ToString())), 80);

    /// <summary>A default, which stands for what is not there.</summary>
    internal static bool SaysNothing(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Null or JsonValueKind.False => true,
        JsonValueKind.String => value.ValueEquals(""u8),
        JsonValueKind.Array => value.GetArrayLength() == 0,
        JsonValueKind.Number => value.GetRawText() == "0",
        _ => false,
    };

    /// <summary>True for exactly this string.</summary>
    internal static bool Is(JsonElement value, string text) => value.ValueKind == JsonValueKind.String && JsonBody.TextOf(value, "config") == text;

    /// <summary>A number of 32 bits that is at least 0, or its digits; null for anything else.</summary>
    internal static int? Whole(JsonElement value) => value.ValueKind switch
    {
        JsonValueKind.Number => value.TryGetInt32(out var number) && number >= 0 ? number : null,
        JsonValueKind.String => int.TryParse(JsonBody.TextOf(value, "config"), NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : null,
        _ => null,
    };

    /// <summary>True for a list of exactly these dimensions, which are of 64 bits.</summary>
    internal static bool AreDimensions(JsonElement value, TensorShape shape) =>
        value.ValueKind == JsonValueKind.Array
        && value.EnumerateArray().Select(dimension => dimension.ValueKind == JsonValueKind.String ? JsonBody.TextOf(dimension, "config") : dimension.GetRawText())
            .SequenceEqual(shape.Dimensions.ToArray().Select(dimension => dimension.ToString(CultureInfo.InvariantCulture)));
}
