using System.Text.Json;
using Bullpen.Core.Inference;
using Bullpen.Core.Repository;
using Bullpen.Core.Tensors;

namespace Bullpen.Descriptions;

/// <summary>Writes how one model is asked, in the part of OpenAPI that 3.0 and 3.1 share, from its own inputs and outputs: names, element types, shapes.</summary>
internal static class ModelApiWriter
{
    /// <summary>The media types in which a model's bare data is sent, each with its schema; JSON with an example that can be sent as it is.</summary>
    internal static readonly ModelBody Data = new(WriteData);

    /// <summary>What the model is for and what it takes, in sentences.</summary>
    internal static string Describe(ModelInterface api)
    {
        var own = api.Model.Definition.Manifest.Description ?? api.Model.Signature.Description;
        var takes = $"Takes {Word(api.Kind)}: {string.Join(", ", api.Model.Signature.Inputs)}.";
        return own.Length == 0 ? takes : $"{own} {takes}";
    }

    private static string Word(InputKind kind) => kind switch
    {
        InputKind.Text => "text",
        InputKind.Image => "an image",
        InputKind.Table => "a table",
        _ => "tensors",
    };

    /// <summary>The members <c>x-inputs</c> and <c>x-outputs</c>.</summary>
    internal static void WriteSignature(Utf8JsonWriter json, ModelInterface api)
    {
        SignatureWriter.Write(json, "x-inputs", api.Model.Signature.Inputs, ElementTypes.NameOf);
        SignatureWriter.Write(json, "x-outputs", api.Model.Signature.Outputs, ElementTypes.NameOf);
    }

    private static void WriteData(Utf8JsonWriter json, ModelInterface api)
    {
        json.WriteStartObject("application/json");
        json.WritePropertyName("schema");
        WriteSchema(json, api);
        if (api.Example is { } example)
        {
            json.WritePropertyName("example");
            json.WriteRawValue(example);
        }

        json.WriteEndObject();
        if (api.Kind == InputKind.Table) WriteText(json, "text/csv", "A line with the names of the columns, then one for each row.");
        if (api.Kind == InputKind.Text) WriteText(json, "text/plain", "One text.");
        if (api.Kind == InputKind.Image) WriteText(json, "image/*", "A JPEG, PNG, WebP or GIF.", "binary");
    }

    /// <summary>The schema of a model's data: the plainest of the forms that are read, by input for tensors, else what the example shows.</summary>
    internal static void WriteSchema(Utf8JsonWriter json, ModelInterface api)
    {
        json.WriteStartObject();
        if (api.Kind == InputKind.Tensors)
        {
            json.WriteString("type", "object");
            json.WriteStartObject("properties");
            foreach (var input in api.Model.Signature.Inputs)
            {
                json.WriteStartObject(input.Name);
                WriteArrays(json, input);
                json.WriteEndObject();
            }

            json.WriteEndObject();
        }
        else if (api.Kind == InputKind.Image)
        {
            json.WriteString("type", "string");
            json.WriteString("description", "A data URI, base64, or a path below the data folder.");
        }
        else
        {
            json.WriteString("type", "array");
            json.WriteStartObject("items");
            if (api.Kind == InputKind.Text) json.WriteString("type", "string");
            json.WriteEndObject();
            json.WriteString("description", api.Kind == InputKind.Text ? "One text an element." : "One row an element; any orientation of pandas is read too.");
        }

        json.WriteEndObject();
    }

    private static void WriteArrays(Utf8JsonWriter json, TensorSpec input)
    {
        json.WriteString("description", input.ToString());
        for (var axis = 0; axis < input.Shape.Rank; axis++)
        {
            json.WriteString("type", "array");
            json.WriteStartObject("items");
        }

        json.WriteString("type", input.Type switch
        {
            ElementType.String => "string",
            ElementType.Boolean => "boolean",
            _ => ElementTypes.IsFloat(input.Type) ? "number" : "integer",
        });
        for (var axis = 0; axis < input.Shape.Rank; axis++) json.WriteEndObject();
    }

    private static void WriteText(Utf8JsonWriter json, string mediaType, string description, string? format = null)
    {
        json.WriteStartObject(mediaType);
        json.WriteStartObject("schema");
        json.WriteString("type", "string");
        if (format is not null) json.WriteString("format", format);
        json.WriteString("description", description);
        json.WriteEndObject();
        json.WriteEndObject();
    }
}
