namespace Bullpen.Core.Scheduling;

/// <summary>
/// Which of the requests that wait goes first: levels as Triton's models have them (<c>priority_levels</c> and
/// <c>default_priority_level</c> of its ModelDynamicBatching), the same for all models. Within a level the first to come goes first.
/// </summary>
public static class RequestPriority
{
    /// <summary>The level that goes before all others that a request can ask for.</summary>
    public const int Highest = 1;

    /// <summary>
    /// Before all levels that a request can ask for: warm-ups. A load holds up the loads behind it until its model is warm, so one
    /// that waited among requests would wait for ever under a load of higher ones, and every load with it.
    /// </summary>
    internal const int WarmUp = 0;

    /// <summary>The level of requests that name none: in the middle, so that a request may ask to go before them or after them.</summary>
    public const int Default = 50;

    /// <summary>The level that goes after all others.</summary>
    public const int Lowest = 100;

    /// <summary>The level that a request's number stands for; 0, and what is no level, stands for the default, as it does in Triton.</summary>
    public static int Of(ulong asked) => asked is >= Highest and <= Lowest ? (int)asked : Default;
}
