using System.Globalization;
using System.Text.Json;

namespace Bullpen.Core.Inputs.OpenInference;

/// <summary>
/// The <c>parameters</c> of a request, an input or an output: strings, numbers and booleans by name
/// (docs/protocol/extension_parameters.md of triton-inference-server/server). Names that mean nothing here are passed over.
/// </summary>
internal readonly struct OpenInferenceParameters
{
    private static readonly string[] OfSequences = ["sequence_id", "sequence_start", "sequence_end"];

    private readonly OpenInferenceFields _fields;
    private readonly string _field;

    /// <summary>Takes them from their owner, and refuses a value that is no parameter's.</summary>
    /// <exception cref="ServingException"><see cref="ServingErrorKind.InvalidRequest"/>.</exception>
    public OpenInferenceParameters(OpenInferenceFields fields, JsonElement owner, string field)
    {
        _fields = fields;
        _field = field.Length == 0 ? "parameters" : field + ".parameters";
        Value = fields.Optional(owner, "parameters"u8, JsonValueKind.Object, _field);
        if (Value is not { } parameters) return;
        if (parameters.GetPropertyCount() is var count && count > TensorLimits.MaxParameters)
            throw fields.Invalid(_field, $"at most {TensorLimits.MaxParameters}", $"{count}");
        foreach (var parameter in parameters.EnumerateObject())
        {
            if (parameter.Value.ValueKind is JsonValueKind.Object or JsonValueKind.Array or JsonValueKind.Null)
                throw Wrong(JsonText.Quotable(JsonText.NameOf(parameter)), "a string, a number, true or false", parameter.Value);
        }
    }

    /// <summary>The object; null where there is none.</summary>
    public JsonElement? Value { get; }

    /// <summary>A parameter that is true or false; null where it is not there.</summary>
    public bool? Flag(string name)
    {
        if (Find(name) is not { } value) return null;
        return value.ValueKind switch
        {
            JsonValueKind.True => true,
            JsonValueKind.False => false,
            _ => throw Wrong(name, "true or false", value),
        };
    }

    /// <summary>A parameter that is a whole number of at least <paramref name="least"/>; null where it is not there.</summary>
    public long? Whole(string name, long least)
    {
        if (Find(name) is not { } value) return null;
        var whole = 0L;
        if (value.ValueKind == JsonValueKind.Number && value.TryGetInt64(out whole) && whole >= least) return whole;
        throw Wrong(name, string.Create(CultureInfo.InvariantCulture, $"a whole number of at least {least}"), value);
    }

    /// <summary>A parameter that is a whole number of 64 bits without a sign; null where it is not there.</summary>
    public ulong? Unsigned(string name)
    {
        if (Find(name) is not { } value) return null;
        if (value.ValueKind == JsonValueKind.Number && value.TryGetUInt64(out var whole)) return whole;
        throw Wrong(name, "a whole number of at least 0", value);
    }

    /// <summary>An input's <c>binary_data_size</c>; null where its data is in the JSON.</summary>
    /// <param name="left">How many bytes there are.</param>
    public int? BinarySize(int left)
    {
        RefuseSharedMemory();
        if (Whole("binary_data_size", 0) is not { } size) return null;
        if (size <= left) return (int)size;
        throw _fields.Invalid(_field + ".binary_data_size", $"at most the {left} bytes that are left of the body", $"{size}");
    }

    /// <summary>Tensors in shared memory are not there: better refused than taken for missing data.</summary>
    public void RefuseSharedMemory()
    {
        if (Find("shared_memory_region") is not null) throw NotSupported("shared_memory_region", "Shared memory");
    }

    /// <summary>A model that keeps state between requests would answer otherwise than this server does.</summary>
    public void RefuseSequence()
    {
        foreach (var name in OfSequences)
        {
            // Zero, false and nothing at all say that there is none: some clients always send them.
            var means = Find(name) is { } value && value.ValueKind != JsonValueKind.False && value.GetRawText() is not ("0" or "\"\"");
            if (means) throw NotSupported(name, "A sequence of requests");
        }
    }

    private JsonElement? Find(string name) =>
        Value is { } parameters && JsonText.TryGetProperty(parameters, System.Text.Encoding.UTF8.GetBytes(name), out var value) ? value : null;

    private ServingException Wrong(string name, string expected, JsonElement value) =>
        _fields.Invalid($"{_field}.{name}", expected, JsonText.DescribeValue(value));

    private ServingException NotSupported(string name, string what) =>
        new(ServingErrorKind.NotSupported, $"Model {_fields.Model}, field {_field}.{name}: {what} is not supported by this server.")
        {
            Model = _fields.Model,
            Field = $"{_field}.{name}",
        };
}
