using System.Diagnostics.Metrics;
using Bullpen.Core;
using Bullpen.Core.Telemetry;
using Bullpen.Http;
using Bullpen.Lifecycle;

namespace Bullpen.Telemetry;

/// <summary>Counts requests and measures how long they took. Part of every request's path: no lock, no memory.</summary>
internal sealed class RequestMeter
{
    private static readonly KeyValuePair<string, object?> Ok = new("outcome", "ok");
    private static readonly KeyValuePair<string, object?> Cancelled = new("outcome", "cancelled");
    private static readonly KeyValuePair<string, object?> Unavailable = new("outcome", "unavailable");

    private readonly EnumLabels<ServingErrorKind> _kinds = new();
    private readonly Counter<long> _requests;
    private readonly Histogram<double> _duration;

    /// <summary>The instruments, on a meter.</summary>
    internal RequestMeter(Meter meter, ServerLifecycle lifecycle)
    {
        _requests = ServingMetrics.Requests.Count(meter);
        _duration = ServingMetrics.RequestDuration.Measure(meter);
        ServingMetrics.RequestsInFlight.Observe(meter, () => (long)lifecycle.InFlight);
    }

    /// <summary>A request is answered, or given up.</summary>
    internal void Answered(HttpContext context, TimeSpan time)
    {
        var labels = context.GetEndpoint()?.Metadata.GetMetadata<Metered>() ?? Metered.Other;
        _requests.Add(1, labels.ProtocolLabel, labels.OperationLabel, OutcomeOf(context));
        _duration.Record(time.TotalSeconds, labels.ProtocolLabel, labels.OperationLabel);
    }

    private KeyValuePair<string, object?> OutcomeOf(HttpContext context) => context.Features.Get<RequestOutcome>() switch
    {
        // A server that is not ready says so without failing.
        null => context.Response.StatusCode < StatusCodes.Status500InternalServerError ? Ok : Unavailable,
        { Failure: { } kind } => new("outcome", _kinds.Of(kind)),
        _ => Cancelled,
    };
}
