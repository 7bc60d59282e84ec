using Bullpen.Lifecycle;

namespace Bullpen.Protocols.Mms;

/// <summary>
/// <c>GET /ping</c>: 200 <c>{"status":"Healthy"}</c>. While the server shuts down <c>Unhealthy</c>, which multi-model-server says
/// with 200 and TorchServe with 500. It asks for no model, so that it is answered at once under any load.
/// </summary>
internal static class MmsPing
{
    internal static Task AnswerAsync(HttpContext context, ServerLifecycle lifecycle, MmsDialect dialect)
    {
        if (lifecycle.IsReady) return MmsStatus.WriteAsync(context, "Healthy");
        context.Response.StatusCode = dialect.Unhealthy;
        return MmsStatus.WriteAsync(context, "Unhealthy");
    }
}
