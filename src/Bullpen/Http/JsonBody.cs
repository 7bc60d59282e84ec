using System.Text.Json;
using System.Text.Unicode;
using Bullpen.Core;

namespace Bullpen.Http;

/// <summary>A request's body as JSON: strict (no comments, no key twice), nested no deeper than <see cref="MaxDepth"/>.</summary>
internal static class JsonBody
{
    /// <summary>The deepest nesting that is read.</summary>
    internal const int MaxDepth = 100;

    private static readonly JsonDocumentOptions Options = new() { MaxDepth = MaxDepth, AllowDuplicateProperties = false };

    /// <summary>Parses a body, which must stay as it is while the document is in use.</summary>
    /// <exception cref="ServingException"><see cref="ServingErrorKind.InvalidRequest"/>, with the place of the fault.</exception>
    internal static JsonDocument Parse(ReadOnlyMemory<byte> body)
    {
        if (body.IsEmpty) throw Invalid("it is empty.");
        if (!Utf8.IsValid(body.Span)) throw Invalid("it is not UTF-8.");
        try
        {
            return JsonDocument.Parse(body, Options);
        }
        catch (JsonException e)
        {
            throw Invalid(e.Message);
        }
    }

    private static ServingException Invalid(string reason) =>
        new(ServingErrorKind.InvalidRequest, $"The request's body is not the JSON that was expected: {reason}") { Field = "body" };
}
