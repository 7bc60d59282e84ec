using Bullpen.Http;

namespace Bullpen.Protocols.SageMaker;

/// <summary>
/// <c>GET /execution-parameters</c>: how a batch transform should send its records. One record a request, where
/// multi-model-server says many: records that are put together are no JSON document any more, and lines of CSV have no header.
/// </summary>
internal static class ExecutionParameters
{
    /// <summary>SageMaker refuses a job whose payload times concurrency is over 100 MB.</summary>
    private const long MostMegabytesAtOnce = 100;

    internal static Task AnswerAsync(HttpContext context, SageMakerOptions options) => JsonAnswer.WriteAsync(context, json =>
    {
        json.WriteStartObject();
        json.WriteNumber("MaxConcurrentTransforms", options.Concurrency);
        json.WriteString("BatchStrategy", "SINGLE_RECORD");
        json.WriteNumber("MaxPayloadInMB", Math.Clamp(MostMegabytesAtOnce / options.Concurrency, 1, Math.Max(1, options.MaxBody >> 20)));
        json.WriteEndObject();
    });
}
