namespace Bullpen.Core.Models;

/// <summary>
/// What an idle model is worth: who is worth least goes first. Stateless: a snapshot in, a number out. Pins, models in use
/// and minimum residency are not its business; <see cref="ModelCache"/> keeps those. It is asked under the cache's lock: it
/// neither throws nor waits.
/// </summary>
public abstract class EvictionPolicy
{
    /// <summary>The shortest load and the smallest model that are told from nothing.</summary>
    private const double LeastSeconds = 1e-6, LeastBytes = 1024;

    /// <summary>The name that <c>--eviction</c> takes.</summary>
    public abstract string Name { get; }

    /// <summary>What the order is by, in a few words, for people.</summary>
    public abstract string Description { get; }

    /// <summary>
    /// A finite number; the higher, the longer the model stays. Only its order among the models of one cache means anything.
    /// It does not change while the model is not used, whatever time it is: so it is reckoned once a use, not once a look.
    /// </summary>
    public abstract double Worth(in EvictionCandidate candidate);

    /// <summary>Seconds of loading that the model's memory saves, for each GiB of it.</summary>
    private protected static double SecondsPerGibibyte(in EvictionCandidate candidate) =>
        Math.Max(candidate.LoadTime.TotalSeconds, LeastSeconds) / Math.Max(candidate.Bytes, LeastBytes) * (1L << 30);
}
