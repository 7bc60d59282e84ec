using System.Net.Http.Headers;
using System.Text;
using System.Text.Unicode;
using Bullpen.Core;
using Bullpen.Core.Inputs.Payloads;
using Bullpen.Core.Repository;

namespace Bullpen.Http;

/// <summary>A request's body as a payload, by its Content-Type: JSON, text, CSV, an encoded image or a form of these.</summary>
internal static class PayloadReader
{
    /// <summary>The media types that are read, for messages.</summary>
    internal const string Supported = "application/json, text/plain, text/csv, image/* or a form";

    private static readonly UTF8Encoding Utf8Text = new(encoderShouldEmitUTF8Identifier: false, throwOnInvalidBytes: true);

    /// <summary>Reads the body.</summary>
    /// <exception cref="ServingException">The media type is not one that is read, or the body is not what it says.</exception>
    internal static async Task<InputPayload> ReadAsync(HttpContext context)
    {
        var header = MediaTypeHeaderValue.TryParse(context.Request.ContentType, out var parsed) ? parsed : null;
        var declared = header?.MediaType!.ToLowerInvariant() ?? "";
        RequireUtf8(header?.CharSet, declared);
        var json = IsJson(declared) ? new JsonScan(JsonLimits.Data) : null;
        var body = await RequestBody.ReadAsync(context, json);
        switch (declared)
        {
            case "":
                return PayloadOf(Sniff(body.Span), body);
            case "multipart/form-data":
                var boundary = header!.Parameters.FirstOrDefault(parameter => parameter.Name.Equals("boundary", StringComparison.OrdinalIgnoreCase));
                return await FormBody.ReadMultipartAsync(body, boundary?.Value?.Trim('"'), context.RequestAborted);
            case "application/x-www-form-urlencoded":
                // curl --data without a header says so of anything.
                var actual = Sniff(body.Span);
                return actual == "text/plain" && FormBody.ReadUrlEncoded(Text(body)) is { } form ? form : PayloadOf(actual, body);
            default:
                return PayloadOf(declared, body, json);
        }
    }

    /// <summary>Text in another encoding may be valid UTF-8 all the same, and would be answered as what it is not.</summary>
    private static void RequireUtf8(string? charset, string mediaType)
    {
        if (charset?.Trim('"').ToLowerInvariant() is null or "utf-8" or "utf8" or "us-ascii" || mediaType.StartsWith("image/", StringComparison.Ordinal)) return;
        throw new ServingException(ServingErrorKind.InvalidRequest, $"A body in {Printable.Text(charset, 40)} is not read: send it in UTF-8.")
        {
            Field = "Content-Type",
            Expected = "charset=utf-8, or none",
            Actual = $"charset={Printable.Text(charset, 40)}",
        };
    }

    /// <summary>A body of a media type, in lower case.</summary>
    /// <exception cref="ServingException">The media type is not one that is read, or the body is not what it says.</exception>
    internal static InputPayload PayloadOf(string mediaType, ReadOnlyMemory<byte> body, JsonScan? json = null) => mediaType switch
    {
        _ when IsJson(mediaType) => new JsonPayload(JsonBody.Parse(body, json).RootElement),
        "text/plain" => new TextPayload(Text(body)),
        "text/csv" => new CsvPayload(Text(body)),
        ['i', 'm', 'a', 'g', 'e', '/', ..] or "application/octet-stream" => new ImagePayload(body),
        _ => throw new ServingException(
            ServingErrorKind.InvalidRequest, $"A body of Content-Type {mediaType} is not supported: expected {Supported}.")
        {
            Field = "Content-Type",
            Expected = Supported,
            Actual = mediaType,
        },
    };

    /// <summary>What a body seems to be of which nobody says it: JSON or text.</summary>
    internal static string Sniff(ReadOnlySpan<byte> body)
    {
        if (body.StartsWith(JsonBody.ByteOrderMark)) body = body[JsonBody.ByteOrderMark.Length..];
        return body.TrimStart(" \t\r\n"u8) is [(byte)'{' or (byte)'[' or (byte)'"', ..] ? "application/json" : "text/plain";
    }

    private static bool IsJson(string mediaType) => mediaType == "application/json" || mediaType.EndsWith("+json", StringComparison.Ordinal);

    internal static string Text(ReadOnlyMemory<byte> body) =>
        Utf8.IsValid(body.Span)
            ? Utf8Text.GetString(body.Span)
            : throw new ServingException(ServingErrorKind.InvalidRequest, "The request's body is not UTF-8 text.") { Field = "body" };
}
