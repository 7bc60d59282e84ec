using System.Text.Json;
using Bullpen.Core;

namespace Bullpen.Http;

/// <summary>
/// How one protocol words failures: its status for each <see cref="ServingErrorKind"/> and the shape of its body. An
/// endpoint carries its protocol's map as metadata; <see cref="ServingErrorMiddleware"/> applies it.
/// </summary>
internal abstract class ErrorMap
{
    /// <summary>The HTTP status of a failure.</summary>
    internal abstract int StatusOf(ServingErrorKind kind);

    /// <summary>Sets the headers that the protocol puts on its answers.</summary>
    protected virtual void SetHeaders(HttpContext context)
    {
    }

    /// <summary>The protocol's own part of the body; the parts that all protocols share come after it.</summary>
    protected abstract void WriteOwnPart(Utf8JsonWriter json, int status, ServingException error);

    /// <summary>Answers with the failure.</summary>
    internal async Task WriteAsync(HttpContext context, ServingException error)
    {
        var status = StatusOf(error.Kind);
        context.Response.StatusCode = status;
        SetHeaders(context);
        if (error.RetryAfter is { } delay)
            context.Response.Headers.RetryAfter = Math.Max(1, (long)Math.Ceiling(delay.TotalSeconds)).ToString();
        await JsonAnswer.WriteAsync(context, json =>
        {
            json.WriteStartObject();
            WriteOwnPart(json, status, error);
            WriteIfSet(json, "model", error.Model);
            WriteIfSet(json, "field", error.Field);
            WriteIfSet(json, "expected", error.Expected);
            WriteIfSet(json, "got", error.Actual);
            if (error.Suggestions.Count > 0)
            {
                json.WriteStartArray("suggestions");
                foreach (var suggestion in error.Suggestions) json.WriteStringValue(suggestion);
                json.WriteEndArray();
            }

            json.WriteEndObject();
        });
    }

    private static void WriteIfSet(Utf8JsonWriter json, string name, string? value)
    {
        if (value is not null) json.WriteString(name, value);
    }
}
