namespace Bullpen.Core.Scheduling;

/// <summary>One who waits to run in a model. It goes on elsewhere: never on the thread of who let it in.</summary>
internal sealed class WaitingRequest(ModelLine line, int priority, long arrival)
{
    /// <summary>Of one model: by priority, and within one as they came.</summary>
    internal static readonly IComparer<WaitingRequest> InModel = Comparer<WaitingRequest>.Create(static (one, other) =>
        one._priority != other._priority ? one._priority.CompareTo(other._priority) : one._arrival.CompareTo(other._arrival));

    /// <summary>
    /// Of all models: by priority, and within one as they first had a permit free for them. Not as they came: a long queue for one
    /// model would hold up every request for another.
    /// </summary>
    internal static readonly IComparer<WaitingRequest> InServer = Comparer<WaitingRequest>.Create(static (one, other) =>
        one._priority != other._priority ? one._priority.CompareTo(other._priority) : Nullable.Compare(one.Place, other.Place));

    private readonly int _priority = priority;
    private readonly long _arrival = arrival;

    internal ModelLine Line { get; } = line;

    /// <summary>Its place among those of its priority; null before a permit was free for it. It is kept when a better one goes before it.</summary>
    internal long? Place { get; set; }

    internal TaskCompletionSource Turn { get; } = new(TaskCreationOptions.RunContinuationsAsynchronously);
}
