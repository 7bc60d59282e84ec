using Bullpen.Core;

namespace Bullpen.Lifecycle;

/// <summary>Counts requests in flight, and refuses new ones while the server drains; health is answered to the end.</summary>
internal sealed class DrainMiddleware(RequestDelegate next, ServerLifecycle lifecycle)
{
    public async Task InvokeAsync(HttpContext context)
    {
        if (context.GetEndpoint()?.Metadata.GetMetadata<AnsweredWhileDraining>() is not null)
        {
            await next(context);
            return;
        }

        if (!lifecycle.TryEnter())
        {
            context.Response.Headers.Connection = "close";
            throw new ServingException(ServingErrorKind.ShuttingDown, "The server is shutting down.") { RetryAfter = TimeSpan.FromSeconds(1) };
        }

        try
        {
            await next(context);
        }
        finally
        {
            lifecycle.Exit();
        }
    }
}
