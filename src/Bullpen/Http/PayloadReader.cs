using System.Net.Http.Headers;
using System.Text;
using System.Text.Unicode;
using Bullpen.Core;
using Bullpen.Core.Inputs.Payloads;
using Bullpen.Core.Repository;
using Bullpen.Operations;

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
                return PayloadOf(context, Sniff(body.Span), body);
            case "multipart/form-data":
                var boundary = header!.Parameters.FirstOrDefault(parameter => parameter.Name.Equals("boundary", StringComparison.OrdinalIgnoreCase));
                return await FormBody.ReadMultipartAsync(context, body, boundary?.Value?.Trim('"'));
            case "application/x-www-form-urlencoded":
                // curl --data without a header says so of anything.
                var actual = Sniff(body.Span);
                return actual == "text/plain" && FormBody.ReadUrlEncoded(context, Text(context, body)) is { } form ? form : PayloadOf(context, actual, body);
            default:
                return json is null ? PayloadOf(context, declared, body) : new JsonPayload(JsonBody.Parse(body, json).RootElement);
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

    /// <summary>A body of a media type, in lower case, or a part of one.</summary>
    /// <exception cref="ServingException">The media type is not one that is read, or the body is not what it says; or the server holds too much already.</exception>
    internal static InputPayload PayloadOf(HttpContext context, string mediaType, ReadOnlyMemory<byte> body) => mediaType switch
    {
        _ when IsJson(mediaType) => new JsonPayload(JsonBody.ParseLate(context, body).RootElement),
        "text/plain" => new TextPayload(Text(context, body)),
        "text/csv" => new CsvPayload(Text(context, body)),
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

    /// <summary>A body as text, which is counted besides.</summary>
    private static string Text(HttpContext context, ReadOnlyMemory<byte> body)
    {
        HeldBodies.CountMore(context, (long)body.Length * sizeof(char));
        return Text(body);
    }

    internal static string Text(ReadOnlyMemory<byte> body) =>
        Utf8.IsValid(body.Span)
            ? Utf8Text.GetString(body.Span)
            : throw new ServingException(ServingErrorKind.InvalidRequest, "The request's body is not UTF-8 text.") { Field = "body" };
}
