using System.Diagnostics.Metrics;

namespace Bullpen.Core.Telemetry;

/// <summary>One metric: what it is called, what it means, and how its instrument is made.</summary>
/// <param name="Name">In words parted by dots and underscores, without unit: <c>bullpen.load.duration</c>.</param>
/// <param name="Type">How its value behaves.</param>
/// <param name="Unit">In UCUM: <c>s</c>, <c>By</c>; null for a plain number.</param>
/// <param name="Help">One sentence for the one who reads it at three in the morning.</param>
/// <param name="Labels">The names of its labels, in the order in which they are given.</param>
public sealed record MetricDefinition(string Name, MetricType Type, string? Unit, string Help, params string[] Labels)
{
    /// <summary>The upper bounds of a histogram's buckets, ascending, without the infinite one.</summary>
    public IReadOnlyList<double> Buckets { get; init; } = [];

    /// <summary>A counter that is told of each event.</summary>
    public Counter<long> Count(Meter meter) => meter.CreateCounter<long>(Name, Unit, Help);

    /// <summary>A histogram that is told of each observation.</summary>
    public Histogram<double> Measure(Meter meter) =>
        meter.CreateHistogram(Name, Unit, Help, tags: null, new InstrumentAdvice<double> { HistogramBucketBoundaries = Buckets });

    /// <summary>An instrument that is read when somebody looks.</summary>
    public void Observe<T>(Meter meter, Func<T> value)
        where T : struct => Observe<T>(meter, () => [new Measurement<T>(value())]);

    /// <summary>An instrument with labels that is read when somebody looks.</summary>
    public void Observe<T>(Meter meter, Func<IReadOnlyList<Measurement<T>>> values)
        where T : struct
    {
        if (Type == MetricType.Counter) meter.CreateObservableCounter(Name, values, Unit, Help);
        else meter.CreateObservableGauge(Name, values, Unit, Help);
    }

    /// <summary>One value of a metric with one label.</summary>
    public Measurement<T> At<T>(string label, T value)
        where T : struct => new(value, new KeyValuePair<string, object?>(Labels[0], label));
}
