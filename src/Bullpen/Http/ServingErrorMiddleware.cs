using Bullpen.Core;
using Microsoft.AspNetCore.Connections;
using Microsoft.AspNetCore.Http.Features;

namespace Bullpen.Http;

/// <summary>
/// Turns every failure into an answer of the protocol that was spoken. What nobody foresaw is logged whole and told
/// without its innards.
/// </summary>
internal sealed class ServingErrorMiddleware(RequestDelegate next, ErrorMaps maps, ILogger<ServingErrorMiddleware> log)
{
    public async Task InvokeAsync(HttpContext context)
    {
        try
        {
            await next(context);
            return;
        }
        catch (OperationCanceledException) when (context.RequestAborted.IsCancellationRequested)
        {
            // The client left: there is nobody to answer.
            context.Features.Set(new RequestOutcome(null));
            return;
        }
        catch (ConnectionResetException)
        {
            // It left while its body was read, which comes to light before the request counts as aborted.
            context.Features.Set(new RequestOutcome(null));
            context.Abort();
        }
        catch (ServingException e)
        {
            await AnswerAsync(context, e);
        }
        catch (BadHttpRequestException e) when (e.StatusCode == StatusCodes.Status413PayloadTooLarge)
        {
            await AnswerAsync(context, RequestBody.TooLarge(
                context.Features.Get<IHttpMaxRequestBodySizeFeature>()?.MaxRequestBodySize ?? 0, length: null));
        }
        catch (Exception e) when (IsUnreadable(e))
        {
            // Nobody knows where the next request would begin.
            context.Response.Headers.Connection = "close";
            await AnswerAsync(context, new ServingException(ServingErrorKind.InvalidRequest, $"The request cannot be read: {e.Message}"));
        }
        catch (Exception e)
        {
            log.RequestCrashed(context.Request.Method, context.Request.Path, e);
            await AnswerAsync(context, new ServingException(
                ServingErrorKind.Internal, $"An unexpected {e.GetType().Name}; the server's log has the details under this time and path."));
        }
    }

    /// <summary>True for a body that is broken off or framed wrongly; a chunk of 2 GiB or more has an exception of its own.</summary>
    private static bool IsUnreadable(Exception exception) =>
        exception is BadHttpRequestException or IOException { InnerException: OverflowException };

    private async Task AnswerAsync(HttpContext context, ServingException error)
    {
        context.Features.Set(new RequestOutcome(error.Kind));

        // Half an answer cannot be taken back: cut the connection, so that the client does not take it for a whole one.
        if (context.Response.HasStarted)
        {
            log.AnswerCutShort(context.Request.Method, context.Request.Path, error.Message);
            context.Abort();
            return;
        }

        // Who is still sending gets to read the answer.
        RequestBody.LiftServerLimit(context);

        // What an error says beside its body: which verbs would do, that the connection ends.
        var headers = context.Response.Headers;
        var (allow, connection) = (headers.Allow, headers.Connection);
        context.Response.Clear();
        (headers.Allow, headers.Connection) = (allow, connection);
        await maps.For(context).WriteAsync(context, error);
    }
}
