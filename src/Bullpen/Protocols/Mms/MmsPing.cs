namespace Bullpen.Protocols.Mms;

/// <summary><c>GET /ping</c>: 200 <c>{"status":"Healthy"}</c>, as long as the process answers.</summary>
internal static class MmsPing
{
    internal static Task AnswerAsync(HttpContext context) => MmsStatus.WriteAsync(context, "Healthy");
}
