using System.Buffers;
using System.IO.Pipelines;
using System.Net;
using System.Text;
using System.Text.Json;
using Bullpen.Core;
using Bullpen.Core.Inputs.Payloads;
using Bullpen.Operations;
using Microsoft.AspNetCore.WebUtilities;
using Microsoft.Net.Http.Headers;

namespace Bullpen.Http;

/// <summary>
/// A form as a model's data, as multi-model-server's clients send it: a lone file, or a lone field called data, body or input_data,
/// is the data itself; any other fields are an object of them, each value JSON where it can be read as that, else text, and a name
/// that comes again a list.
/// </summary>
internal static class FormBody
{
    /// <summary>The most fields that are read.</summary>
    internal const int MaxFields = 1000;

    // RFC 2046, 5.1.1.
    private const int MaxBoundary = 70;

    private static readonly string[] NamesOfData = ["data", "body", "input_data"];

    /// <summary>Reads <c>multipart/form-data</c>.</summary>
    /// <exception cref="ServingException"><see cref="ServingErrorKind.InvalidRequest"/>: it is not what its header says.</exception>
    internal static async Task<InputPayload> ReadMultipartAsync(HttpContext context, ReadOnlyMemory<byte> body, string? boundary)
    {
        if (string.IsNullOrEmpty(boundary)) throw Invalid("its Content-Type names no boundary.");
        if (boundary.Length > MaxBoundary) throw Invalid($"its boundary has more than {MaxBoundary} characters.");
        var fields = new List<FormField>();

        // The values, gathered in memory that is doubled.
        HeldBodies.CountMore(context, 2L * body.Length);
        try
        {
            var reader = new MultipartReader(boundary, PipeReader.Create(new ReadOnlySequence<byte>(body)).AsStream());
            while (await reader.ReadNextSectionAsync(context.RequestAborted) is { } section)
            {
                var value = new MemoryStream();
                await section.Body.CopyToAsync(value, context.RequestAborted);
                if (fields.Count == MaxFields) throw TooMany();
                fields.Add(FieldOf(section, value.GetBuffer().AsMemory(0, (int)value.Length)));
            }
        }
        catch (Exception e) when (e is IOException or InvalidDataException)
        {
            throw Invalid($"{e.Message}");
        }

        return fields.Count > 0 ? PayloadOf(context, fields) : throw Invalid("it has no fields.");
    }

    /// <summary>Reads <c>a=1&amp;b=2</c>; null where the text is none of that, as that of a client which sets the header for anything.</summary>
    /// <exception cref="ServingException"><see cref="ServingErrorKind.TooLarge"/>: too many fields.</exception>
    internal static InputPayload? ReadUrlEncoded(HttpContext context, string text)
    {
        var fields = new List<FormField>();
        var pairs = text.AsSpan().Trim();

        // One after the other: a list of all that a body of separators has would take many times its size.
        foreach (var range in pairs.Split('&'))
        {
            var pair = pairs[range];
            var equals = pair.IndexOf('=');
            if (equals <= 0 || HasWhiteSpace(pair)) return null;
            if (fields.Count == MaxFields) throw TooMany();
            fields.Add(new FormField(WebUtility.UrlDecode(pair[..equals].ToString()), null, Encoding.UTF8.GetBytes(WebUtility.UrlDecode(pair[(equals + 1)..].ToString()))));
        }

        return PayloadOf(context, fields);
    }

    private static bool HasWhiteSpace(ReadOnlySpan<char> text)
    {
        foreach (var character in text)
            if (char.IsWhiteSpace(character)) return true;
        return false;
    }

    private static FormField FieldOf(MultipartSection section, ReadOnlyMemory<byte> value)
    {
        if (!ContentDispositionHeaderValue.TryParse(section.ContentDisposition, out var disposition) || disposition.Name.Length == 0)
            throw Invalid("a part of it has no name.");
        var name = HeaderUtilities.RemoveQuotes(disposition.Name).ToString();
        var file = HeaderUtilities.RemoveQuotes(disposition.FileName).ToString();
        var declared = MediaTypeHeaderValue.TryParse(section.ContentType, out var parsed) ? parsed.MediaType.ToString().ToLowerInvariant() : null;
        if (declared is null && file.Length == 0) return new FormField(name, null, value);
        return new FormField(name, declared is null or "application/octet-stream" ? ByExtension(file) : declared, value);
    }

    /// <summary>Clients know the type of few files.</summary>
    private static string ByExtension(string file) => Path.GetExtension(file).ToLowerInvariant() switch
    {
        ".csv" => "text/csv",
        ".json" => "application/json",
        ".txt" => "text/plain",
        _ => "application/octet-stream",
    };

    private static InputPayload PayloadOf(HttpContext context, List<FormField> fields)
    {
        if (fields is [{ MediaType: { } mediaType } file]) return PayloadReader.PayloadOf(context, mediaType, file.Value);
        if (fields is [var only] && NamesOfData.Contains(only.Name, StringComparer.OrdinalIgnoreCase))
            return PayloadReader.PayloadOf(context, PayloadReader.Sniff(only.Value.Span), only.Value);

        // The object, written into memory that is doubled.
        HeldBodies.CountMore(context, 2 * fields.Sum(field => (long)field.Value.Length));
        return new JsonPayload(JsonBody.ParseLate(context, ObjectOf(fields)).RootElement);
    }

    private static ReadOnlyMemory<byte> ObjectOf(List<FormField> fields)
    {
        var text = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(text))
        {
            json.WriteStartObject();
            foreach (var sameName in fields.GroupBy(field => field.Name, StringComparer.Ordinal))
            {
                json.WritePropertyName(sameName.Key);
                var isList = sameName.Skip(1).Any();
                if (isList) json.WriteStartArray();
                foreach (var field in sameName) WriteValue(json, field);
                if (isList) json.WriteEndArray();
            }

            json.WriteEndObject();
        }

        return text.WrittenMemory;
    }

    private static void WriteValue(Utf8JsonWriter json, FormField field)
    {
        if (field.MediaType is not (null or "text/plain" or "application/json"))
            throw Invalid($"the file '{field.Name}' stands beside other fields. Send a file alone.");
        if (IsJson(field.Value)) json.WriteRawValue(field.Value.Span);
        else json.WriteStringValue(PayloadReader.Text(field.Value));
    }

    private static bool IsJson(ReadOnlyMemory<byte> value)
    {
        // What begins like this can be a number, a literal, a string, an array or an object; all other text cannot.
        if (!value.Span.TrimStart(" \t\r\n"u8).StartsWithAnyOf("-0123456789\"[{tfn"u8)) return false;
        JsonBody.LookThrough(value);
        try
        {
            // No document: the one of the whole object is to come.
            var reader = new Utf8JsonReader(value.Span, new JsonReaderOptions { MaxDepth = JsonBody.MaxDepth });
            while (reader.Read())
            {
            }

            return true;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static bool StartsWithAnyOf(this ReadOnlySpan<byte> text, ReadOnlySpan<byte> bytes) => text.Length > 0 && bytes.Contains(text[0]);

    private static ServingException TooMany() =>
        new(ServingErrorKind.TooLarge, $"The form has more than {MaxFields} fields.") { Field = "body", Expected = $"at most {MaxFields} fields" };

    private static ServingException Invalid(string reason) =>
        new(ServingErrorKind.InvalidRequest, $"The request's body is not the form that was expected: {reason}") { Field = "body" };
}
