namespace Bullpen.Core.Administration;

/// <summary>The limits of <see cref="ClientLeases"/>.</summary>
public sealed record ClientLeaseOptions
{
    /// <summary>The longest time for which one is given, or renewed. Default 1 h; more than zero.</summary>
    public TimeSpan Longest
    {
        get;
        init
        {
            ArgumentOutOfRangeException.ThrowIfLessThanOrEqual(value, TimeSpan.Zero);
            field = value;
        }
    } = TimeSpan.FromHours(1);

    /// <summary>How many there may be at once, those that wait for their model included. Default 100.</summary>
    public int MostAtOnce { get; init; } = 100;
}
