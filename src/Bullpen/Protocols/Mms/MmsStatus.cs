using System.Text.Json;
using Bullpen.Http;

namespace Bullpen.Protocols.Mms;

/// <summary>The answer to most management requests: <c>{"status":"…"}</c>, and what only Bullpen adds to it.</summary>
internal static class MmsStatus
{
    /// <summary>What is said of what nobody waits for.</summary>
    internal const string Processing = "Processing worker updates...";

    internal static Task WriteAsync(HttpContext context, string status, Action<Utf8JsonWriter>? writeOwnPart = null) => JsonAnswer.WriteAsync(context, json =>
    {
        json.WriteStartObject();
        json.WriteString("status", status);
        writeOwnPart?.Invoke(json);
        json.WriteEndObject();
    });

    /// <summary>The parameters that were given and mean nothing here, where there are any.</summary>
    internal static void WriteIgnored(Utf8JsonWriter json, IReadOnlyList<string> ignored)
    {
        if (ignored.Count == 0) return;
        json.WriteStartArray("ignored");
        foreach (var name in ignored) json.WriteStringValue(name);
        json.WriteEndArray();
    }
}
