using System.Buffers;
using System.Diagnostics.Metrics;
using Bullpen.Core.Telemetry;

namespace Bullpen.Telemetry;

/// <summary>
/// Keeps what the instruments of one meter say, and writes it for a scrape. Listens to exactly the meter it is given: a
/// process may run several servers. To be made before the instruments, so that it misses nothing.
/// </summary>
internal sealed class PrometheusExporter : IDisposable
{
    private readonly MeterListener _listener = new();
    private readonly Lock _scraping = new();
    private MetricFamily[] _families = [];

    /// <summary>An exporter that listens from now on.</summary>
    /// <param name="meter">Whose instruments.</param>
    /// <param name="metrics">What they may be; any other is a fault of the program.</param>
    internal PrometheusExporter(Meter meter, IReadOnlyList<MetricDefinition> metrics)
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (ReferenceEquals(instrument.Meter, meter)) listener.EnableMeasurementEvents(instrument, Add(instrument, metrics));
        };
        _listener.SetMeasurementEventCallback<long>(static (_, value, labels, family) => ((MetricFamily)family!).Take(value, labels));
        _listener.SetMeasurementEventCallback<double>(static (_, value, labels, family) => ((MetricFamily)family!).Take(value, labels));
        _listener.Start();
    }

    public void Dispose() => _listener.Dispose();

    /// <summary>Asks the instruments that want to be asked, and writes every metric. One scrape at a time; no request waits for it.</summary>
    internal void Write(IBufferWriter<byte> output)
    {
        var text = new PrometheusText(output);
        lock (_scraping)
        {
            foreach (var family in _families) family.BeginScrape();
            _listener.RecordObservableInstruments();
            foreach (var family in _families) family.Write(text);
        }
    }

    private MetricFamily Add(Instrument instrument, IReadOnlyList<MetricDefinition> metrics)
    {
        var metric = metrics.Single(other => other.Name == instrument.Name);
        MetricFamily family = instrument.IsObservable ? new ObservedFamily(metric)
            : metric.Type == MetricType.Histogram ? new HistogramFamily(metric)
            : new CounterFamily(metric);
        lock (_scraping) _families = [.. _families.Append(family).OrderBy(other => other.Name, StringComparer.Ordinal)];
        return family;
    }
}
