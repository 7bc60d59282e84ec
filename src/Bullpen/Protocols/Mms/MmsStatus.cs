using Bullpen.Http;

namespace Bullpen.Protocols.Mms;

/// <summary>The answer to most management requests: <c>{"status":"…"}</c>.</summary>
internal static class MmsStatus
{
    internal static Task WriteAsync(HttpContext context, string status) => JsonAnswer.WriteAsync(context, json =>
    {
        json.WriteStartObject();
        json.WriteString("status", status);
        json.WriteEndObject();
    });
}
