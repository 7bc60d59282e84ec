namespace Bullpen.Core.Models;

/// <summary>What a <see cref="MemoryBudget"/> holds at one moment, in bytes.</summary>
/// <param name="Total">The budget.</param>
/// <param name="Reserved">Set aside for loads under way.</param>
/// <param name="Resident">Taken by models that are ready.</param>
/// <param name="Draining">Taken by models on their way out.</param>
public readonly record struct MemoryLedger(long Total, long Reserved, long Resident, long Draining)
{
    /// <summary>Taken in any way.</summary>
    public long Used => Reserved + Resident + Draining;

    /// <summary>Free for a reservation; 0 while models that measured larger than reserved overshoot the budget.</summary>
    public long Free => Math.Max(0, Total - Used);

    /// <summary>By how much models that measured larger than reserved exceed the budget; 0 as a rule.</summary>
    public long Overshoot => Math.Max(0, Used - Total);
}
