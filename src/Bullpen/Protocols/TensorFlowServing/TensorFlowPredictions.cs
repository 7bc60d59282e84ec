using System.Text.Json;
using Bullpen.Core;
using Bullpen.Core.Inference;
using Bullpen.Core.Inputs;
using Bullpen.Core.Inputs.Payloads;
using Bullpen.Core.Inputs.TensorFlow;
using Bullpen.Core.Outputs;
using Bullpen.Core.Repository;
using Bullpen.Core.Tensors;
using Bullpen.Http;

namespace Bullpen.Protocols.TensorFlowServing;

/// <summary>
/// <c>POST …:predict</c> → <c>{"predictions"}</c> or <c>{"outputs"}</c>, <c>:classify</c> and <c>:regress</c> → <c>{"results"}</c>.
/// Bodies are JSON whatever their Content-Type says, as with TensorFlow Serving.
/// </summary>
internal static class TensorFlowPredictions
{
    internal static Task PredictAsync(HttpContext context, string model, InferenceService inference) =>
        PredictVersionAsync(context, model, version: null, inference);

    internal static async Task PredictVersionAsync(HttpContext context, string model, string? version, InferenceService inference)
    {
        var request = TensorFlowRequest.ReadPredict(await ReadAsync(context), model);
        var response = await InferAsync(context, model, version, request, inference);
        await JsonAnswer.WriteAsync(context, json => TensorFlowWriter.Write(json, model, request.Format, response.Outputs));
    }

    internal static Task ClassifyAsync(HttpContext context, string model, InferenceService inference, PredictionReader predictions) =>
        ClassifyVersionAsync(context, model, version: null, inference, predictions);

    internal static Task ClassifyVersionAsync(
        HttpContext context, string model, string? version, InferenceService inference, PredictionReader predictions) =>
        AnswerExamplesAsync(context, model, version, inference, predictions.ReadClasses);

    internal static Task RegressAsync(HttpContext context, string model, InferenceService inference, PredictionReader predictions) =>
        RegressVersionAsync(context, model, version: null, inference, predictions);

    internal static Task RegressVersionAsync(
        HttpContext context, string model, string? version, InferenceService inference, PredictionReader predictions) =>
        AnswerExamplesAsync(context, model, version, inference, predictions.ReadNumbers);

    /// <summary>KServe's <c>:explain</c>: an explainer is a model beside the model, and there is none here.</summary>
    internal static void Explain(string model, ModelCatalog catalog) =>
        throw new ServingException(ServingErrorKind.NotSupported, $"Model {catalog.Get(model).Name}: explanations are not supported; :predict is.")
        {
            Model = model,
        };

    private static async Task<JsonElement> ReadAsync(HttpContext context) =>
        (await JsonBody.ReadWithNonFiniteAsync(context, JsonLimits.Data)).RootElement;

    private static Task<InferenceResponse> InferAsync(
        HttpContext context, string model, string? version, TensorFlowRequest request, InferenceService inference) =>
        inference.InferAsync(
            new InferenceRequest(model, version, new TensorFlowPayload(request)) { KeepAlive = KeepAliveWish.Of(context.Request) },
            context.RequestAborted);

    private static async Task AnswerExamplesAsync(
        HttpContext context, string model, string? version, InferenceService inference,
        Func<ModelDescription, BoundInputs, IReadOnlyList<NamedTensor>, FloatStyle, Predictions> read)
    {
        var request = TensorFlowRequest.ReadExamples(await ReadAsync(context), model);
        var response = await InferAsync(context, model, version, request, inference);
        var answer = read(response.Model, response.Inputs, response.Outputs, FloatStyle.AsTensorFlow);
        await JsonAnswer.WriteAsync(context, json =>
        {
            json.WriteStartObject();
            json.WritePropertyName("results");
            answer.WriteList(json);
            json.WriteEndObject();
        });
    }
}
