using System.Buffers;
using System.Text.Json;
using Bullpen.Core.Inference;
using Bullpen.Core.Inputs.Payloads;
using Bullpen.Core.Outputs;
using Bullpen.Http;

namespace Bullpen.Protocols.OpenInference;

/// <summary>
/// <c>POST /v2/models/{model}/generate</c> and <c>/generate_stream</c>: inputs by name in plain JSON
/// (docs/protocol/extension_generate.md of triton-inference-server/server). A model here answers once, so the stream is one event.
/// </summary>
internal static class ModelGeneration
{
    internal static Task GenerateAsync(HttpContext context, string model, InferenceService inference) =>
        GenerateVersionAsync(context, model, version: null, inference);

    internal static async Task GenerateVersionAsync(HttpContext context, string model, string? version, InferenceService inference)
    {
        var response = await InferAsync(context, model, version, inference);
        await JsonAnswer.WriteAsync(context, json => Write(json, response));
    }

    internal static Task StreamAsync(HttpContext context, string model, InferenceService inference) =>
        StreamVersionAsync(context, model, version: null, inference);

    /// <summary>What fails, fails before the first event, and is answered as elsewhere.</summary>
    internal static async Task StreamVersionAsync(HttpContext context, string model, string? version, InferenceService inference)
    {
        var response = await InferAsync(context, model, version, inference);
        var body = new AnswerBuffer(512, context.RequestAborted);
        body.Write("data: "u8);
        await using (var json = new Utf8JsonWriter(body, JsonAnswer.Options)) Write(json, response);
        body.Write("\n\n"u8);
        context.Response.ContentType = "text/event-stream; charset=utf-8";
        context.Response.Headers.CacheControl = "no-cache";
        await context.Response.Body.WriteAsync(body.Written, context.RequestAborted);
    }

    private static async Task<InferenceResponse> InferAsync(HttpContext context, string model, string? version, InferenceService inference)
    {
        var body = (await JsonBody.ReadWithNonFiniteAsync(context, JsonLimits.Tensors)).RootElement;
        var request = new InferenceRequest(model, version, new GeneratePayload(body)) { KeepAlive = KeepAliveWish.Of(context.Request) };
        return await inference.InferAsync(request, context.RequestAborted);
    }

    private static void Write(Utf8JsonWriter json, InferenceResponse response) =>
        GenerateWriter.Write(json, response.Model.Definition.Id, response.Inputs.OpenInference?.Id, response.Outputs);
}
