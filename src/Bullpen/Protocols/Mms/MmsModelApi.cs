using System.Text.Json;
using Bullpen.Core.Inference;
using Bullpen.Descriptions;
using Bullpen.Http;

namespace Bullpen.Protocols.Mms;

/// <summary>
/// <c>OPTIONS /predictions/{model}</c>: how one model is asked, in OpenAPI 3.0.1, from its own inputs and outputs: names, element
/// types, shapes, and an example that can be sent as it is. The model is loaded for it.
/// </summary>
internal static class MmsModelApi
{
    internal static async Task AnswerAsync(HttpContext context, string model, InferenceService inference)
    {
        var api = await inference.DescribeAsync(model, version: null, context.RequestAborted);
        await JsonAnswer.WriteAsync(context, json =>
        {
            ApiWriter.WriteHead(json, MmsApiDescription.OpenApi, model, ModelApiWriter.Describe(api));
            json.WriteStartObject("paths");
            json.WriteStartObject($"/predictions/{model}");
            json.WriteStartObject("post");
            json.WriteString("summary", $"Runs the model {model}.");
            json.WriteString("operationId", "predictions");
            ModelApiWriter.WriteSignature(json, api);
            json.WriteStartObject("requestBody");
            json.WriteBoolean("required", true);
            json.WriteStartObject("content");
            ModelApiWriter.Data.WriteContent(json, api);
            json.WriteEndObject();
            json.WriteEndObject();
            WriteResponse(json);
            json.WriteEndObject();
            json.WriteEndObject();
            json.WriteEndObject();
            json.WriteEndObject();
        });
    }

    private static void WriteResponse(Utf8JsonWriter json)
    {
        json.WriteStartObject("responses");
        json.WriteStartObject("200");
        json.WriteString("description", "One prediction for each row.");
        json.WriteStartObject("content");
        json.WriteStartObject("application/json");
        json.WriteStartObject("schema");
        json.WriteString("type", "object");
        json.WriteStartObject("properties");
        json.WriteStartObject("predictions");
        json.WriteString("type", "array");
        json.WriteStartObject("items");
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteEndObject();
        json.WriteEndObject();
    }
}
