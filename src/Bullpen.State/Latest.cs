using System.Diagnostics.CodeAnalysis;

namespace Bullpen.State;

/// <summary>What was set last, by key: of more than <paramref name="most"/> entries the one that was set longest ago goes. Safe from any thread.</summary>
internal sealed class Latest<T>(int most)
{
    private readonly Lock _gate = new();
    private readonly Dictionary<string, LinkedListNode<(string Key, T Value)>> _entries = new(StringComparer.Ordinal);
    private readonly LinkedList<(string Key, T Value)> _oldestFirst = new();

    internal bool TryGet(string key, [MaybeNullWhen(false)] out T value)
    {
        lock (_gate)
        {
            var isKnown = _entries.TryGetValue(key, out var entry);
            value = isKnown ? entry!.Value.Value : default;
            return isKnown;
        }
    }

    internal void Set(string key, T value) => Change(key, _ => value);

    /// <summary>Sets what is made of the value that is there, or of the type's default; what was set.</summary>
    internal T Change(string key, Func<T?, T> change)
    {
        lock (_gate)
        {
            var value = change(_entries.Remove(key, out var earlier) ? earlier.Value.Value : default);
            if (earlier is not null) _oldestFirst.Remove(earlier);
            _entries.Add(key, _oldestFirst.AddLast((key, value)));
            if (_entries.Count > most)
            {
                _entries.Remove(_oldestFirst.First!.Value.Key);
                _oldestFirst.RemoveFirst();
            }

            return value;
        }
    }

    internal bool Remove(string key)
    {
        lock (_gate)
        {
            if (!_entries.Remove(key, out var entry)) return false;
            _oldestFirst.Remove(entry);
            return true;
        }
    }
}
