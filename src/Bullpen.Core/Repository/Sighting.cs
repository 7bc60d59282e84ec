namespace Bullpen.Core.Repository;

/// <summary>
/// What was seen of one place in the last looks, as a signature of lengths and write times. A change counts once two looks
/// in a row saw the same: so a file that is being copied, and one that is away for a moment, is left alone.
/// </summary>
internal sealed class Sighting
{
    /// <summary>The signature of a place where nothing is.</summary>
    public const ulong Nothing = 0;

    private ulong _last;

    /// <summary>The signature that counts.</summary>
    public ulong Settled { get; private set; }

    /// <summary>True where the last look saw what counts: then the place may be read.</summary>
    public bool IsSettled => _last == Settled;

    /// <summary>Takes note of what is there now.</summary>
    /// <param name="signature">What is there.</param>
    /// <param name="atOnce">True: it counts without a second look.</param>
    /// <returns>True where what counts has changed.</returns>
    public bool See(ulong signature, bool atOnce)
    {
        var isStable = atOnce || signature == _last;
        _last = signature;
        if (!isStable || signature == Settled)
            return false;
        Settled = signature;
        return true;
    }
}
