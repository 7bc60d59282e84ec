namespace Bullpen.Core.Models;

/// <summary>Until when clients hold a loaded model between requests. Safe from any thread; its lock is taken last.</summary>
internal sealed class ClientHolds
{
    private readonly Lock _gate = new();
    private readonly List<long> _ends = [];

    /// <summary>How many there are.</summary>
    internal int Count
    {
        get
        {
            lock (_gate) return _ends.Count;
        }
    }

    /// <summary>Timestamp at which the last of them ends, unless it is renewed; null where there is none.</summary>
    internal long? LastEnd
    {
        get
        {
            lock (_gate) return _ends.Count == 0 ? null : _ends.Max();
        }
    }

    internal void Add(long end)
    {
        lock (_gate) _ends.Add(end);
    }

    internal void Remove(long end)
    {
        lock (_gate) _ends.Remove(end);
    }
}
