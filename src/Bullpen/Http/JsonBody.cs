using System.Text.Json;
using System.Text.Unicode;
using Bullpen.Core;
using Bullpen.Core.Inputs.Payloads;
using Bullpen.Operations;

namespace Bullpen.Http;

/// <summary>
/// A request's body as JSON: strict (no comments, no key twice), nested no deeper than <see cref="MaxDepth"/>. A byte order
/// mark before it is passed over, as RFC 8259 allows.
/// </summary>
internal static class JsonBody
{
    /// <summary>The deepest nesting that is read.</summary>
    internal const int MaxDepth = JsonPayload.MaxDepth;

    /// <summary>A body from which on a thread of its own is nothing beside the parsing.</summary>
    private const int Large = 4 << 20;

    private static readonly JsonDocumentOptions Options = new() { MaxDepth = MaxDepth, AllowDuplicateProperties = false };

    /// <summary>What some editors and libraries put before UTF-8.</summary>
    internal static ReadOnlySpan<byte> ByteOrderMark => [0xEF, 0xBB, 0xBF];

    /// <summary>Reads a request's body, looks through it while it comes, and parses it.</summary>
    /// <exception cref="ServingException"><see cref="ServingErrorKind.InvalidRequest"/>, with the place of the fault or the limit.</exception>
    internal static async Task<JsonDocument> ReadAsync(HttpContext context, JsonLimits limits) =>
        await ReadIfAnyAsync(context, limits) ?? throw Empty();

    /// <summary>As <see cref="ReadAsync"/>; null where there is no body, which some routes' clients may leave out.</summary>
    /// <exception cref="ServingException"><see cref="ServingErrorKind.InvalidRequest"/>, with the place of the fault or the limit.</exception>
    internal static async Task<JsonDocument?> ReadIfAnyAsync(HttpContext context, JsonLimits limits)
    {
        var scan = new JsonScan(limits);
        var body = await RequestBody.ReadAsync(context, scan);
        return body.IsEmpty ? null : Parse(body, scan);
    }

    /// <summary>As <see cref="ReadAsync"/>, and takes the bare words NaN, Infinity and -Infinity for strings.</summary>
    /// <exception cref="ServingException"><see cref="ServingErrorKind.InvalidRequest"/>, with the place of the fault or the limit.</exception>
    internal static async Task<JsonDocument> ReadWithNonFiniteAsync(HttpContext context, JsonLimits limits)
    {
        var scan = new JsonScan(limits);
        return ParseWithNonFinite(await RequestBody.ReadAsync(context, scan), scan);
    }

    /// <summary>Parses what turned out to be JSON when it was there: it is looked through, and the document counted, only now.</summary>
    /// <exception cref="ServingException"><see cref="ServingErrorKind.InvalidRequest"/>, with the place of the fault or the limit; or the server holds too much already.</exception>
    internal static JsonDocument ParseLate(HttpContext context, ReadOnlyMemory<byte> body)
    {
        if (LookThrough(body) is { } scan) HeldBodies.CountMore(context, scan.DocumentBytes);
        return ParseText(body);
    }

    /// <summary>Parses a body, which must stay as it is while the document is in use.</summary>
    /// <param name="body">The JSON.</param>
    /// <param name="scan">What looked through it while it came; null: nobody did.</param>
    /// <exception cref="ServingException"><see cref="ServingErrorKind.InvalidRequest"/>, with the place of the fault or the limit.</exception>
    internal static JsonDocument Parse(ReadOnlyMemory<byte> body, JsonScan? scan = null)
    {
        LookThrough(body, scan);
        return ParseText(body);
    }

    /// <summary>As <see cref="Parse"/>, and takes the bare words NaN, Infinity and -Infinity for strings.</summary>
    /// <exception cref="ServingException"><see cref="ServingErrorKind.InvalidRequest"/>, with the place of the fault or the limit.</exception>
    internal static JsonDocument ParseWithNonFinite(ReadOnlyMemory<byte> body, JsonScan? scan = null)
    {
        if (LookThrough(body, scan) is { } looked) return ParseText(looked.HasWords ? NonFiniteLiterals.Quote(body.Span) ?? body : body);
        try
        {
            return ParseText(body);
        }
        catch (ServingException) when (NonFiniteLiterals.Quote(body.Span) is { } quoted)
        {
            return ParseText(quoted);
        }
    }

    /// <summary>Refuses what is more than <see cref="JsonLimits"/> allow, or ends in the middle; null where the body is too small for that.</summary>
    /// <exception cref="ServingException"><see cref="ServingErrorKind.InvalidRequest"/>.</exception>
    internal static JsonScan? LookThrough(ReadOnlyMemory<byte> body, JsonScan? scan = null)
    {
        if (body.Length <= JsonLimits.SurelyWithin) return null;
        if (scan is null)
        {
            scan = new JsonScan(JsonLimits.Data);
            scan.Read(body.Span);
        }

        scan.End();
        return scan;
    }

    private static ServingException Empty() => Invalid("it is empty.");

    /// <summary>A body that is no JSON, or not such as is read.</summary>
    internal static ServingException Invalid(string reason) =>
        new(ServingErrorKind.InvalidRequest, $"The request's body is not the JSON that was expected: {reason}") { Field = "body" };

    /// <summary>The text of a JSON string, which may hold an escape that is legal JSON but not text.</summary>
    /// <exception cref="ServingException"><see cref="ServingErrorKind.InvalidRequest"/>: half a surrogate pair.</exception>
    internal static string TextOf(JsonElement value, string field)
    {
        try
        {
            return value.GetString()!;
        }
        catch (InvalidOperationException)
        {
            throw new ServingException(ServingErrorKind.InvalidRequest, $"The field '{field}' holds half a surrogate pair, which is not Unicode text.")
            {
                Field = field,
                Expected = "Unicode text",
                Actual = "half a surrogate pair",
            };
        }
    }

    // The parser borrows from the pool, which keeps an array of each size for each thread, up to the thread's end.
    private static JsonDocument ParseLarge(ReadOnlyMemory<byte> body) =>
        Task.Factory.StartNew(() => JsonDocument.Parse(body, Options), CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default)
            .GetAwaiter().GetResult();

    private static JsonDocument ParseText(ReadOnlyMemory<byte> body)
    {
        if (body.Span.StartsWith(ByteOrderMark)) body = body[ByteOrderMark.Length..];
        if (body.IsEmpty) throw Empty();
        if (!Utf8.IsValid(body.Span)) throw Invalid("it is not UTF-8.");
        try
        {
            return body.Length < Large ? JsonDocument.Parse(body, Options) : ParseLarge(body);
        }
        catch (JsonException e)
        {
            throw Invalid(e.Message);
        }
        catch (InvalidOperationException)
        {
            // What the look for a key given twice throws where a key is no text.
            throw Invalid("a key holds half a surrogate pair, which is not Unicode text.");
        }
    }
}
