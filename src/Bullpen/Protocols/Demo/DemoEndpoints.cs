using System.Text.Json;
using Bullpen.Core;
using Bullpen.Core.Inference;
using Bullpen.Core.Inputs.Payloads;
using Bullpen.Core.Outputs;
using Bullpen.Descriptions;
using Bullpen.Http;
using Bullpen.Telemetry;

namespace Bullpen.Protocols.Demo;

/// <summary>
/// <c>POST /predict {"model_id","input_data","model_version"?,"keep_alive"?}</c> → <c>{"model_id","model_version","prediction"}</c>:
/// the interface of the multi-model serving demo. The prediction of one example is a value, that of several a list.
/// </summary>
internal static class DemoEndpoints
{
    /// <summary>The one path of this protocol.</summary>
    internal const string Path = "/predict";

    internal static void MapDemo(this IEndpointRouteBuilder routes) =>
        routes.MapPost(Path, PredictAsync).WithMetadata(new DemoErrors(), new Metered("demo", Metered.Infer), new ApiGroup("Predict"), DemoBody.Predict, DemoBody.OfModel);

    private static async Task PredictAsync(HttpContext context, InferenceService inference, PredictionReader predictions)
    {
        using var document = await JsonBody.ReadAsync(context, JsonLimits.Data);
        var body = document.RootElement;
        if (body.ValueKind != JsonValueKind.Object) throw Wrong("body", "an object with model_id and input_data", body.ValueKind);
        var data = Field(body, "input_data", "the model's input");
        var request = new InferenceRequest(Text(body, "model_id"), Version(body), new JsonPayload(data)) { KeepAlive = KeepAliveWish.In(body) };

        var response = await inference.InferAsync(request, context.RequestAborted);
        var answer = predictions.Read(response.Model, response.Inputs, response.Outputs);

        await JsonAnswer.WriteAsync(context, json =>
        {
            json.WriteStartObject();
            json.WriteString("model_id", response.Model.Definition.Id.Name);
            json.WriteString("model_version", response.Model.Definition.Id.Version);
            json.WritePropertyName("prediction");
            answer.WriteInKind(json);
            json.WriteEndObject();
        });
    }

    private static JsonElement Field(JsonElement body, string name, string expected) =>
        body.TryGetProperty(name, out var value)
            ? value
            : throw new ServingException(ServingErrorKind.InvalidRequest, $"The field '{name}' is missing: expected {expected}.")
            {
                Field = name,
                Expected = expected,
                Actual = "nothing",
            };

    private static string Text(JsonElement body, string name)
    {
        const string expected = "the name of a model, a string";
        var value = Field(body, name, expected);
        return value.ValueKind == JsonValueKind.String ? JsonBody.TextOf(value, name) : throw Wrong(name, expected, value.ValueKind);
    }

    private static string? Version(JsonElement body)
    {
        const string name = "model_version";
        if (!body.TryGetProperty(name, out var value)) return null;
        return value.ValueKind switch
        {
            JsonValueKind.Null => null,
            JsonValueKind.String => JsonBody.TextOf(value, name),
            JsonValueKind.Number => value.GetRawText(),
            _ => throw Wrong(name, "a version, a string or a number", value.ValueKind),
        };
    }

    private static ServingException Wrong(string field, string expected, JsonValueKind actual)
    {
        var got = $"JSON {actual.ToString().ToLowerInvariant()}";
        return new ServingException(ServingErrorKind.InvalidRequest, $"The field '{field}' must be {expected}, not {got}.")
        {
            Field = field,
            Expected = expected,
            Actual = got,
        };
    }
}
