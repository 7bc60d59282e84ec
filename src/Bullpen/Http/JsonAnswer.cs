using System.Text.Encodings.Web;
using System.Text.Json;

namespace Bullpen.Http;

/// <summary>Writes JSON as the response, in UTF-8 as it is (not for embedding into HTML), compressed where the client takes that.</summary>
internal static class JsonAnswer
{
    /// <summary>How JSON is written.</summary>
    internal static readonly JsonWriterOptions Options = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>Writes one value; the whole answer is built before the first byte leaves, so that a failure can still be told.</summary>
    internal static async Task WriteAsync(HttpContext context, Action<Utf8JsonWriter> write)
    {
        var body = new AnswerBuffer(512, context.RequestAborted);
        await using (var json = new Utf8JsonWriter(body, Options)) write(json);
        context.Response.ContentType = "application/json";
        await CompressedAnswer.WriteAsync(context, body.Written);
    }
}
