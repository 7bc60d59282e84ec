namespace Bullpen.Core.Administration;

/// <summary>The limits of <see cref="ClientLeases"/>.</summary>
public sealed record ClientLeaseOptions
{
    /// <summary>The shortest time for which one is given, or renewed.</summary>
    public static readonly TimeSpan Shortest = TimeSpan.FromSeconds(1);

    /// <summary>The longest time for which one is given, or renewed. Default 1 h; at least the shortest.</summary>
    public TimeSpan Longest
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThan(value, Shortest);
            field = value;
        }
    } = TimeSpan.FromHours(1);

    /// <summary>How many there may be at once, those that wait for their model included. Default 100.</summary>
    public int MostAtOnce { get; init; } = 100;
}
