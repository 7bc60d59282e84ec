using Bullpen.Core;
using Bullpen.Core.Inference;
using Bullpen.Core.Outputs;
using Bullpen.Core.Repository;
using Bullpen.Http;

namespace Bullpen.Protocols.Mms;

/// <summary>
/// <c>POST /predictions/{model}</c> and its kin: a table in any pandas orientation, CSV, JSON, a form, text or an image →
/// <c>{"predictions":[…]}</c>, one per row. An Open Inference body is answered in that protocol's shape.
/// </summary>
internal static class MmsPredictions
{
    internal static Task PredictAsync(HttpContext context, string model, InferenceService inference, PredictionReader predictions) =>
        PredictVersionAsync(context, model, version: null, inference, predictions);

    internal static async Task PredictVersionAsync(
        HttpContext context, string model, string? version, InferenceService inference, PredictionReader predictions)
    {
        var payload = await PayloadReader.ReadAsync(context);
        var request = new InferenceRequest(model, version, payload) { KeepAlive = KeepAliveWish.Of(context.Request) };

        var response = await inference.InferAsync(request, context.RequestAborted);

        await JsonAnswer.WriteAsync(context, json =>
        {
            if (response.Inputs.OpenInference is { } asked)
            {
                OpenInferenceWriter.Write(json, response.Model.Definition.Id, asked.Id, response.Outputs, FloatStyle.AsLiterals);
                return;
            }

            var answer = predictions.Read(response.Model, response.Inputs, response.Outputs);
            json.WriteStartObject();
            json.WritePropertyName("predictions");
            answer.WriteList(json);
            json.WriteEndObject();
        });
    }

    /// <summary><c>POST /invocations?model_name=</c>; the name may be left out where there is one model only.</summary>
    internal static Task InvokeAsync(HttpContext context, ModelCatalog catalog, InferenceService inference, PredictionReader predictions) =>
        PredictVersionAsync(context, NameIn(context.Request.Query, catalog), version: null, inference, predictions);

    private static string NameIn(IQueryCollection query, ModelCatalog catalog)
    {
        if (query["model_name"].ToString() is { Length: > 0 } name) return name;
        if (catalog.List() is [var only]) return only.Name;
        throw new ServingException(ServingErrorKind.InvalidRequest, "Parameter model_name is required.")
        {
            Field = "model_name",
            Expected = $"the name of one of the {catalog.Count} models",
            Actual = "nothing",
        };
    }
}
