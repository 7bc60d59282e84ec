namespace Bullpen.Core.Models;

/// <summary>
/// Which idle model is worth least. Stateless: a snapshot in, an order out. Pins, models in use and minimum residency
/// are not its business; <see cref="ModelCache"/> keeps those. It is asked under the cache's lock: it neither throws nor
/// waits.
/// </summary>
public abstract class EvictionPolicy
{
    /// <summary>The name that <c>--eviction</c> takes.</summary>
    public abstract string Name { get; }

    /// <summary>
    /// The order in which to give models up: negative where <paramref name="left"/> goes before <paramref name="right"/>.
    /// </summary>
    public abstract int Compare(EvictionCandidate left, EvictionCandidate right);
}
