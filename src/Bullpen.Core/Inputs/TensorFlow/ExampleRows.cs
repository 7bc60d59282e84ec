using System.Buffers;
using System.Runtime.InteropServices;
using System.Text.Json;
using Bullpen.Core.Inputs.Payloads;

namespace Bullpen.Core.Inputs.TensorFlow;

/// <summary>Examples and the features that they share, as rows that have all of them.</summary>
internal static class ExampleRows
{
    /// <summary>
    /// The most that a context may add to all examples together, as JSON: it is repeated in each of them, and a run takes dozens of
    /// times what its text takes.
    /// </summary>
    public const int MaxBytes = 4 << 20;

    /// <summary>
    /// One object an example: its own features, then those of the context that it does not give. A feature is a list of values
    /// in TensorFlow, and one value may be written without its list; here it always is.
    /// </summary>
    /// <exception cref="ServingException"><see cref="ServingErrorKind.TooLarge"/>: the context adds more than <see cref="MaxBytes"/>.</exception>
    public static JsonElement Join(JsonElement examples, JsonElement? context, string model)
    {
        var text = new ArrayBufferWriter<byte>();
        var added = 0L;
        using (var json = new Utf8JsonWriter(text, new JsonWriterOptions { SkipValidation = true }))
        {
            json.WriteStartArray();
            foreach (var example in examples.EnumerateArray())
            {
                added += Write(json, example, context);
                if (added > MaxBytes) throw TooLarge(model);
            }

            json.WriteEndArray();
        }

        return JsonDocument.Parse(text.WrittenMemory, new JsonDocumentOptions { MaxDepth = JsonPayload.MaxDepth }).RootElement;
    }

    /// <returns>How many bytes of the row are the context's.</returns>
    private static long Write(Utf8JsonWriter json, JsonElement example, JsonElement? context)
    {
        var own = new HashSet<string>(StringComparer.Ordinal);
        json.WriteStartObject();
        foreach (var feature in example.EnumerateObject())
        {
            own.Add(JsonText.NameOf(feature));
            Write(json, feature);
        }

        var before = json.BytesCommitted + json.BytesPending;
        if (context is { } shared)
        {
            foreach (var feature in shared.EnumerateObject())
                if (!own.Contains(JsonText.NameOf(feature))) Write(json, feature);
        }

        var added = json.BytesCommitted + json.BytesPending - before;
        json.WriteEndObject();
        return added;
    }

    private static void Write(Utf8JsonWriter json, JsonProperty feature)
    {
        json.WritePropertyName(JsonText.NameOf(feature));
        var value = feature.Value;
        if (value.ValueKind == JsonValueKind.Array && value.GetArrayLength() == 1) value = value[0];

        // As it came: a string may hold an escape that is JSON and not text, which is told where the feature is known.
        json.WriteRawValue(JsonMarshal.GetRawUtf8Value(value), skipInputValidation: true);
    }

    private static ServingException TooLarge(string model) =>
        new(ServingErrorKind.TooLarge, $"Model {model}: the context, repeated in each example, adds more than the limit of {MaxBytes >> 20} MiB.")
        {
            Model = model,
            Field = "context",
            Expected = $"at most {MaxBytes} bytes in all",
            Actual = "more",
        };
}
