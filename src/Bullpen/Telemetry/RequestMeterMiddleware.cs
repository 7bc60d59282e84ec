namespace Bullpen.Telemetry;

/// <summary>Stands around all others, so that it sees what each request came to.</summary>
internal sealed class RequestMeterMiddleware(RequestDelegate next, RequestMeter meter, TimeProvider time)
{
    public async Task InvokeAsync(HttpContext context)
    {
        var started = time.GetTimestamp();
        try
        {
            await next(context);
        }
        finally
        {
            meter.Answered(context, time.GetElapsedTime(started));
        }
    }
}
