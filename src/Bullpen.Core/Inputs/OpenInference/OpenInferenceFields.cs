using System.Runtime.InteropServices;
using System.Text.Json;

namespace Bullpen.Core.Inputs.OpenInference;

/// <summary>Takes the fields of an Open Inference body, and says which one is missing or not what it should be.</summary>
internal sealed class OpenInferenceFields(string model)
{
    /// <summary>The model's name, for messages.</summary>
    public string Model { get; } = model;

    /// <summary>Refuses a value of another kind.</summary>
    public void Require(JsonElement value, JsonValueKind kind, string field)
    {
        if (value.ValueKind != kind) throw Invalid(field, Describe(kind), JsonText.Describe(value));
    }

    /// <summary>The field's value, which must be there and of the kind.</summary>
    public JsonElement Required(JsonElement parent, ReadOnlySpan<byte> name, JsonValueKind kind, string field) =>
        Optional(parent, name, kind, field) ?? throw Invalid(field, Describe(kind), "nothing");

    /// <summary>The field's value, which must be of the kind; null where it is absent or JSON's null.</summary>
    public JsonElement? Optional(JsonElement parent, ReadOnlySpan<byte> name, JsonValueKind kind, string field)
    {
        if (!JsonText.TryGetProperty(parent, name, out var value) || value.ValueKind == JsonValueKind.Null) return null;
        Require(value, kind, field);
        return value;
    }

    /// <summary>The text of a JSON string: a name, an identifier.</summary>
    public string Text(JsonElement value, string field)
    {
        // Without the quotes.
        var length = JsonMarshal.GetRawUtf8Value(value).Length - 2;
        if (length > TensorLimits.MaxNameBytes) throw Invalid(field, $"at most {TensorLimits.MaxNameBytes} bytes", $"{length}");
        return JsonText.TryGetText(value) ?? throw Invalid(field, "a string", "bytes that are not Unicode");
    }

    /// <summary>A body that is not what the protocol says.</summary>
    public ServingException Invalid(string field, string expected, string actual) =>
        new(ServingErrorKind.InvalidRequest, $"Model {Model}, field {field}: expected {expected}, got {actual}.")
        {
            Model = Model,
            Field = field,
            Expected = expected,
            Actual = actual,
        };

    private static string Describe(JsonValueKind kind) => kind switch
    {
        JsonValueKind.Array => "an array",
        JsonValueKind.Object => "an object",
        _ => "a string",
    };
}
