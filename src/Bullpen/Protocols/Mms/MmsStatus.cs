using System.Text.Json;
using Bullpen.Http;

namespace Bullpen.Protocols.Mms;

/// <summary>The answer to most management requests: <c>{"status":"…"}</c>, and what only Bullpen adds to it.</summary>
internal static class MmsStatus
{
    internal static Task WriteAsync(HttpContext context, string status, Action<Utf8JsonWriter>? writeOwnPart = null) => JsonAnswer.WriteAsync(context, json =>
    {
        json.WriteStartObject();
        json.WriteString("status", status);
        writeOwnPart?.Invoke(json);
        json.WriteEndObject();
    });
}
