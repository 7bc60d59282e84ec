using System.Globalization;
using System.Text.Json;
using Bullpen.Core;
using Bullpen.Core.Inference;
using Bullpen.Core.Inputs.OpenInference;
using Bullpen.Core.Inputs.Payloads;
using Bullpen.Core.Outputs;
using Bullpen.Core.Scheduling;
using Bullpen.Http;

namespace Bullpen.Protocols.OpenInference;

/// <summary>
/// <c>POST /v2/models/{model}/infer</c>. The header <c>Inference-Header-Content-Length</c> says how much of the body is JSON; binary
/// tensor data follows it. 0: the body is the data of the model's one input.
/// </summary>
internal static class ModelInference
{
    /// <summary>How many bytes of a body are JSON, where binary data follows them; counted in what a compressed body inflates to.</summary>
    internal const string LengthHeader = "Inference-Header-Content-Length";

    private const int SomeJson = 512;

    internal static Task InferAsync(HttpContext context, string model, InferenceService inference) =>
        InferVersionAsync(context, model, version: null, inference);

    internal static async Task InferVersionAsync(HttpContext context, string model, string? version, InferenceService inference)
    {
        var request = await ReadAsync(context, model, version);
        var response = await inference.InferAsync(request, context.RequestAborted);
        await WriteAsync(context, OpenInferenceAnswer.Of(response.Model, response.Inputs, response.Outputs));
    }

    private static async Task<InferenceRequest> ReadAsync(HttpContext context, string model, string? version)
    {
        var header = context.Request.Headers[LengthHeader];
        var isCompressed = context.Request.Headers.ContentEncoding.Count > 0;
        var length = JsonLength(header, isCompressed ? null : context.Request.ContentLength);
        var scan = new JsonScan(JsonLimits.Tensors, length ?? long.MaxValue);
        var body = await RequestBody.ReadAsync(context, scan);
        var jsonLength = (int)(JsonLength(header, body.Length) ?? body.Length);
        var keepAlive = KeepAliveWish.Of(context.Request);
        if (length == 0) return new InferenceRequest(model, version, new RawPayload(body)) { KeepAlive = keepAlive };
        var json = JsonBody.ParseWithNonFinite(body[..jsonLength], scan).RootElement;
        var policy = SchedulePolicy.In(json, model);
        return new InferenceRequest(model, version, new OpenInferencePayload(json, body[jsonLength..]))
        {
            KeepAlive = keepAlive,
            Timeout = policy.Timeout,
            Priority = RequestPriority.Of(policy.Priority),
        };
    }

    /// <summary>Null where nothing is said: all of it.</summary>
    /// <param name="header">The header's value.</param>
    /// <param name="bodyLength">How long the body is; null where that is not known yet.</param>
    private static long? JsonLength(string? header, long? bodyLength)
    {
        if (string.IsNullOrEmpty(header)) return null;
        if (long.TryParse(header, NumberStyles.None, CultureInfo.InvariantCulture, out var length) && length <= (bodyLength ?? Array.MaxLength)) return length;
        var expected = bodyLength is null ? "a number of bytes of the body" : $"a number of bytes from 0 to the body's {bodyLength}";
        var actual = header.Length <= 40 ? header : $"{header.Length} characters";
        throw new ServingException(ServingErrorKind.InvalidRequest, $"The header {LengthHeader} must be {expected}, not {actual}.")
        {
            Field = LengthHeader,
            Expected = expected,
            Actual = actual,
        };
    }

    private static async Task WriteAsync(HttpContext context, OpenInferenceAnswer answer)
    {
        var body = new AnswerBuffer(checked((int)(SomeJson + answer.BinaryLength)), context.RequestAborted);
        await using (var json = new Utf8JsonWriter(body, JsonAnswer.Options)) answer.WriteJson(json);
        context.Response.ContentType = "application/json";
        if (answer.HasBinary)
        {
            context.Response.ContentType = "application/octet-stream";
            context.Response.Headers[LengthHeader] = body.Written.Length.ToString(CultureInfo.InvariantCulture);
            answer.WriteBinary(body);
        }

        await CompressedAnswer.WriteAsync(context, body.Written);
    }
}
