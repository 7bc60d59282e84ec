namespace Bullpen.Onnx.Graphs;

/// <summary>
/// The keys for which nothing is to be made, for a while or as long as the process lives. Not many: what is forgotten is tried
/// once more, which costs less than remembering every content that was ever seen.
/// </summary>
internal sealed class AvoidedKeys(TimeProvider time)
{
    /// <summary>The most that are remembered.</summary>
    public const int Most = 4096;

    private readonly Lock _gate = new();
    private readonly Dictionary<string, DateTimeOffset> _until = new(StringComparer.Ordinal);
    private readonly Queue<string> _order = new();

    /// <summary>Avoided until the process ends.</summary>
    public void AddForGood(string key) => Add(key, DateTimeOffset.MaxValue);

    /// <summary>Avoided for so long.</summary>
    public void Add(string key, TimeSpan span) => Add(key, time.GetUtcNow() + span);

    /// <summary>True where it is avoided now.</summary>
    public bool Contains(string key)
    {
        lock (_gate) return _until.TryGetValue(key, out var until) && time.GetUtcNow() < until;
    }

    private void Add(string key, DateTimeOffset until)
    {
        lock (_gate)
        {
            if (!_until.ContainsKey(key))
            {
                if (_order.Count == Most) _until.Remove(_order.Dequeue());
                _order.Enqueue(key);
            }

            _until[key] = until;
        }
    }
}
