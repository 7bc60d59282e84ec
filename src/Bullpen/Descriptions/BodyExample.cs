using System.Text.Json;

namespace Bullpen.Descriptions;

/// <summary>One of the bodies that a description shows to begin with.</summary>
/// <param name="Name">What it is called beside others: <c>rows</c>.</param>
/// <param name="Write">Writes the body, as one JSON value.</param>
internal sealed record BodyExample(string Name, Action<Utf8JsonWriter> Write)
{
    /// <summary>Writes <c>application/json</c>: a schema of objects with one of some keys, and the examples.</summary>
    internal static void WriteContent(Utf8JsonWriter json, string description, string[] keys, params IReadOnlyList<BodyExample> examples)
    {
        json.WriteStartObject("application/json");
        json.WriteStartObject("schema");
        json.WriteString("type", "object");
        json.WriteString("description", description);
        json.WriteStartArray("oneOf");
        foreach (var key in keys)
        {
            json.WriteStartObject();
            json.WriteStartArray("required");
            json.WriteStringValue(key);
            json.WriteEndArray();
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
        if (examples is [var only])
        {
            json.WritePropertyName("example");
            only.Write(json);
        }
        else if (examples.Count > 1)
        {
            json.WriteStartObject("examples");
            foreach (var example in examples)
            {
                json.WriteStartObject(example.Name);
                json.WritePropertyName("value");
                example.Write(json);
                json.WriteEndObject();
            }

            json.WriteEndObject();
        }

        json.WriteEndObject();
    }
}
