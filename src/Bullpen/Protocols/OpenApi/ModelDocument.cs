using Bullpen.Core.Inference;
using Bullpen.Descriptions;
using Bullpen.Http;
using Bullpen.Operations;

namespace Bullpen.Protocols.OpenApi;

/// <summary>
/// <c>GET /openapi/v1/models/{model}</c>: how one model is asked in each protocol that says so (<see cref="ModelBody"/>), in
/// OpenAPI 3.1, with schema and examples from the model's own inputs. The model is loaded for it.
/// </summary>
internal static class ModelDocument
{
    private const string Parameter = "{model}";

    internal static async Task AnswerAsync(HttpContext context, string model, InferenceService inference, EndpointDataSource endpoints)
    {
        var api = await inference.DescribeAsync(model, version: null, context.RequestAborted);
        var routes = ApiRoute.At(endpoints, Audience.Here(context)).Where(route => route.ModelBody?.IsFor(api) == true);
        await JsonAnswer.WriteAsync(context, json =>
        {
            ApiWriter.WriteHead(json, OpenApiDocument.OpenApi, model, ModelApiWriter.Describe(api));
            OpenApiDocument.WriteServers(json);
            ModelApiWriter.WriteSignature(json, api);
            json.WriteStartObject("paths");
            foreach (var route in routes)
            {
                json.WriteStartObject(route.Path.Replace(Parameter, api.Model.Definition.Id.Name, StringComparison.Ordinal));
                json.WriteStartObject(route.Verb);
                OpenApiDocument.WriteClaims(json, route);
                json.WriteString("summary", route.Operation.Summary);
                json.WriteString("operationId", route.Operation.Id);
                json.WriteStartObject("requestBody");
                json.WriteBoolean("required", true);
                json.WriteStartObject("content");
                route.ModelBody!.WriteContent(json, api);
                json.WriteEndObject();
                json.WriteEndObject();
                ApiWriter.WriteResponses(json, route.Operation);
                json.WriteEndObject();
                json.WriteEndObject();
            }

            json.WriteEndObject();
            json.WriteEndObject();
        });
    }
}
