using Microsoft.Extensions.Logging;

namespace Bullpen.Core.Models;

/// <summary>Says that models come back as soon as they are evicted: at most once a minute, with the names since the last time.</summary>
internal sealed class ThrashWarning(TimeProvider time, ILogger log)
{
    private const int MostNames = 10;

    private static readonly TimeSpan Pause = TimeSpan.FromMinutes(1);

    private readonly Lock _gate = new();
    private readonly SortedSet<string> _names = new(StringComparer.Ordinal);
    private long _reloads;
    private long? _lastSaid;

    /// <summary>These models are loaded again a moment after they were evicted.</summary>
    internal void Report(IReadOnlyList<CacheEntry> reloads)
    {
        if (reloads.Count == 0) return;
        string names;
        long count;
        lock (_gate)
        {
            _reloads += reloads.Count;
            foreach (var entry in reloads)
                if (_names.Count < MostNames) _names.Add(entry.Definition.Id.ToString());
            if (_lastSaid is { } last && time.GetElapsedTime(last) < Pause) return;
            _lastSaid = time.GetTimestamp();
            (names, count) = (string.Join(", ", _names), _reloads);
            _names.Clear();
            _reloads = 0;
        }

        log.Thrashing(count, names);
    }
}
