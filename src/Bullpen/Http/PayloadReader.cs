using System.Net.Http.Headers;
using System.Text;
using System.Text.Unicode;
using Bullpen.Core;
using Bullpen.Core.Inputs.Payloads;

namespace Bullpen.Http;

/// <summary>A request's body as a payload, by its Content-Type: JSON, text, CSV or an encoded image.</summary>
internal static class PayloadReader
{
    /// <summary>The media types that are read, for messages.</summary>
    internal const string Supported = "application/json, text/plain, text/csv or image/*";

    private static readonly UTF8Encoding Utf8Text = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Reads the body.</summary>
    /// <exception cref="ServingException">The media type is not one that is read, or the body is not what it says.</exception>
    internal static async Task<InputPayload> ReadAsync(HttpContext context)
    {
        var body = await RequestBody.ReadAsync(context);
        return MediaTypeOf(context.Request, body.Span) switch
        {
            "application/json" => new JsonPayload(JsonBody.Parse(body).RootElement),
            "text/plain" => new TextPayload(Text(body)),
            "text/csv" => new CsvPayload(Text(body)),
            ['i', 'm', 'a', 'g', 'e', '/', ..] or "application/octet-stream" => new ImagePayload(body),
            var other => throw new ServingException(
                ServingErrorKind.InvalidRequest, $"A body of Content-Type {other} is not supported: expected {Supported}.")
            {
                Field = "Content-Type",
                Expected = Supported,
                Actual = other,
            },
        };
    }

    private static string MediaTypeOf(HttpRequest request, ReadOnlySpan<byte> body)
    {
        var declared = MediaTypeHeaderValue.TryParse(request.ContentType, out var parsed) ? parsed.MediaType!.ToLowerInvariant() : "";
        if (declared.EndsWith("+json", StringComparison.Ordinal)) return "application/json";

        // curl --data without a header says that it sends a form; nobody sends forms to a model.
        if (declared is not ("" or "application/x-www-form-urlencoded")) return declared;
        if (body.StartsWith(JsonBody.ByteOrderMark)) body = body[JsonBody.ByteOrderMark.Length..];
        return body.TrimStart(" \t\r\n"u8) is [(byte)'{' or (byte)'[' or (byte)'"', ..] ? "application/json" : "text/plain";
    }

    private static string Text(ReadOnlyMemory<byte> body) =>
        Utf8.IsValid(body.Span)
            ? Utf8Text.GetString(body.Span)
            : throw new ServingException(ServingErrorKind.InvalidRequest, "The request's body is not UTF-8 text.") { Field = "body" };
}
