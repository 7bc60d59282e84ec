using System.Text.Json;
using Bullpen.Core.Inference;
using Bullpen.Descriptions;

namespace Bullpen.Protocols.Demo;

/// <summary>How <c>POST /predict</c> is asked, for descriptions.</summary>
internal static class DemoBody
{
    internal static readonly ApiOperation Predict = new(
        "predict_model", "Runs the model that the body names.", ["application/json"], 200, 404, 413, 422, 503, 507)
    {
        Example = """{"model_id":"NAME","input_data":[]}""",
    };

    /// <summary>For one model.</summary>
    internal static readonly ModelBody OfModel = new(Write);

    private static void Write(Utf8JsonWriter json, ModelInterface api)
    {
        json.WriteStartObject("application/json");
        json.WriteStartObject("schema");
        json.WriteString("type", "object");
        json.WriteStartArray("required");
        json.WriteStringValue("model_id");
        json.WriteStringValue("input_data");
        json.WriteEndArray();
        json.WriteStartObject("properties");
        json.WriteStartObject("model_id");
        json.WriteString("const", api.Model.Definition.Id.Name);
        json.WriteEndObject();
        json.WritePropertyName("input_data");
        ModelApiWriter.WriteSchema(json, api);
        json.WriteEndObject();
        json.WriteEndObject();
        if (api.Example is { } example)
        {
            json.WriteStartObject("example");
            json.WriteString("model_id", api.Model.Definition.Id.Name);
            json.WritePropertyName("input_data");
            json.WriteRawValue(example);
            json.WriteEndObject();
        }

        json.WriteEndObject();
    }
}
