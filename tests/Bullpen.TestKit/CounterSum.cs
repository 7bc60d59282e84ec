using System.Diagnostics.Metrics;

namespace Bullpen.TestKit;

/// <summary>Adds up what one counter of a meter is told from here on.</summary>
public sealed class CounterSum : IDisposable
{
    private readonly MeterListener _listener = new();
    private long _value;

    public CounterSum(Meter meter, string name)
    {
        _listener.InstrumentPublished = (instrument, listener) =>
        {
            if (instrument.Meter == meter && instrument.Name == name) listener.EnableMeasurementEvents(instrument);
        };
        _listener.SetMeasurementEventCallback<long>((_, value, _, _) => Interlocked.Add(ref _value, value));
        _listener.Start();
    }

    public long Value => Interlocked.Read(ref _value);

    public void Dispose() => _listener.Dispose();
}
