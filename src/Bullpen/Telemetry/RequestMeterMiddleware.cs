namespace Bullpen.Telemetry;

/// <summary>Stands around all others, so that it sees what each request came to.</summary>
internal sealed class RequestMeterMiddleware(RequestDelegate next, RequestMeter meter, TimeProvider time)
{
    public Task InvokeAsync(HttpContext context)
    {
        var started = time.GetTimestamp();
        var answer = next(context);
        if (!answer.IsCompletedSuccessfully) return WhenAnsweredAsync(answer, context, started);

        // Most answers of models in memory are: they are spared the cost of an await.
        meter.Answered(context, time.GetElapsedTime(started));
        return answer;
    }

    private async Task WhenAnsweredAsync(Task answer, HttpContext context, long started)
    {
        try
        {
            await answer;
        }
        finally
        {
            meter.Answered(context, time.GetElapsedTime(started));
        }
    }
}
