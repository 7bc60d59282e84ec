namespace Bullpen.Core.Models;

/// <summary>How many rows a request to one model may have; outlives its loads. Read by every request, so without a lock.</summary>
/// <param name="declared">What the model's manifest says; 0: nothing.</param>
internal sealed class BatchLimit(int declared)
{
    private const int Unasked = -1;

    private int _asked = Unasked;

    /// <summary>The limit in force, at least 1; 0: there is none.</summary>
    internal int Rows => Volatile.Read(ref _asked) is var asked && asked == Unasked ? declared : asked;

    /// <summary>What an operator asked for last, 0 for no limit; null: nothing, the manifest's word holds.</summary>
    internal int? Asked
    {
        get => Volatile.Read(ref _asked) is var asked && asked == Unasked ? null : asked;
        set => Volatile.Write(ref _asked, value ?? Unasked);
    }
}
