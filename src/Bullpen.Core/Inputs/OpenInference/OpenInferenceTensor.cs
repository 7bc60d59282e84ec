using System.Text.Json;
using Bullpen.Core.Inputs.Elements;
using Bullpen.Core.Tensors;

namespace Bullpen.Core.Inputs.OpenInference;

/// <summary>
/// Reads one element of an Open Inference body's <c>inputs</c>: its data is flat and row-major, or nested as its
/// shape says, or the next <c>binary_data_size</c> bytes of what follows the JSON.
/// </summary>
internal static class OpenInferenceTensor
{
    /// <summary>Reads the tensor.</summary>
    public static NamedTensor Read(OpenInferenceFields fields, JsonElement input, string field, BinarySection binary)
    {
        fields.Require(input, JsonValueKind.Object, field);
        var name = fields.Text(fields.Required(input, "name"u8, JsonValueKind.String, field + ".name"), field + ".name");
        var typeName = fields.Text(fields.Required(input, "datatype"u8, JsonValueKind.String, field + ".datatype"), field + ".datatype");
        if (!OpenInferenceTypes.TryParse(typeName, out var type))
        {
            throw fields.Invalid(field + ".datatype", "BOOL, UINT8 to UINT64, INT8 to INT64, FP16, FP32, FP64, BF16 or BYTES",
                JsonText.Quotable(typeName));
        }

        var shape = ReadShape(fields, fields.Required(input, "shape"u8, JsonValueKind.Array, field + ".shape"), field + ".shape");
        var hasData = JsonText.TryGetProperty(input, "data"u8, out var data);
        if (new OpenInferenceParameters(fields, input, field).BinarySize(binary.Left) is { } size)
        {
            if (hasData) throw fields.Invalid(field + ".data", "nothing beside binary_data_size", JsonText.Describe(data));
            return new NamedTensor(name, ReadBinary(fields.Model, JsonText.Quotable(name), type, shape, binary.Take(size)));
        }

        if (!hasData) throw fields.Invalid(field + ".data", "an array", "nothing");
        return new NamedTensor(name, ReadData(fields.Model, JsonText.Quotable(name), type, shape, data));
    }

    private static TensorShape ReadShape(OpenInferenceFields fields, JsonElement shape, string field)
    {
        var rank = shape.GetArrayLength();
        if (rank > TensorLimits.MaxRank) throw fields.Invalid(field, $"at most {TensorLimits.MaxRank} dimensions", $"{rank}");
        Span<long> dimensions = stackalloc long[rank];
        var axis = 0;
        foreach (var dimension in shape.EnumerateArray())
        {
            if (dimension.ValueKind != JsonValueKind.Number || !dimension.TryGetInt64(out dimensions[axis]) || dimensions[axis] < 0)
                throw fields.Invalid($"{field}[{axis}]", "a whole number of at least 0", JsonText.DescribeValue(dimension));
            axis++;
        }

        return new TensorShape(dimensions);
    }

    private static Tensor ReadData(string model, string name, ElementType type, TensorShape shape, JsonElement data)
    {
        var isNested = data.ValueKind == JsonValueKind.Array && data.GetArrayLength() > 0 && data[0].ValueKind == JsonValueKind.Array;
        if (!isNested && Count(shape) is var count && count != CountOf(data))
            throw Unfit(model, name, type, shape, count, data.ValueKind == JsonValueKind.Array ? $"{CountOf(data)}" : JsonText.Describe(data));
        var values = NestedArray.Read(model, name, type, data, ElementReading.Strict);
        if (isNested && values.Shape != shape && !ShapeFit.EndsEarly(shape, values.Shape)) throw Unfit(model, name, type, shape, Count(shape), values.Shape.ToString());
        return values.Buffer.ToTensor(shape);
    }

    private static Tensor ReadBinary(string model, string name, ElementType type, TensorShape shape, ReadOnlyMemory<byte> data)
    {
        // Before anything is allocated for them; more than the bytes can hold is told as such below.
        if (type == ElementType.String && Count(shape) is var count && count > TensorLimits.MaxStrings && count <= data.Length)
            throw InputValidator.TooManyStrings(model, name, count);
        return RawData.TryRead(type, shape, data, out var tensor, out var expected, out var actual)
            ? tensor
            : throw ServingException.InvalidInput(model, name, expected, actual);
    }

    private static int CountOf(JsonElement data) => data.ValueKind == JsonValueKind.Array ? data.GetArrayLength() : 1;

    // A product over 64 bits is more than any data can have.
    private static long Count(TensorShape shape) => shape.TryCountElements(out var count) ? count : long.MaxValue;

    private static ServingException Unfit(string model, string name, ElementType type, TensorShape shape, long count, string actual) =>
        ServingException.InvalidInput(
            model, name,
            $"data for {ElementTypes.NameOf(type)}{shape}, {(count == long.MaxValue ? "more than any request holds" : $"{count} elements")}",
            actual);
}
