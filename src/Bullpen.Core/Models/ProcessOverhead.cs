namespace Bullpen.Core.Models;

/// <summary>
/// What the process takes beside its models, in bytes: shown beside the ledger, and no part of the budget, which is what models
/// may take together.
/// </summary>
/// <param name="Floor">Native memory and mapped libraries before any model, as measured at the start.</param>
/// <param name="Managed">The managed heap now: request bodies, decoded pictures, answers, the server itself.</param>
public readonly record struct ProcessOverhead(long Floor, long Managed)
{
    /// <summary>Both.</summary>
    public long Total => Floor + Managed;
}
