namespace Bullpen.Core.Models;

/// <summary>
/// What decides before a policy may: models are given up in ascending order of this, and by worth among equals. Priority is
/// the operator's word and beats everything but a replacement under way; a keep-alive is a client's and beats nothing but worth.
/// </summary>
/// <param name="HasCandidate">Its successor is being loaded.</param>
/// <param name="Priority">The manifest's.</param>
/// <param name="IsSheltered">In its minimum residency, or kept alive by a request.</param>
internal readonly record struct EvictionRank(bool HasCandidate, int Priority, bool IsSheltered)
{
    /// <summary>Negative where this one goes first.</summary>
    internal int Against(EvictionRank other)
    {
        if (HasCandidate != other.HasCandidate) return HasCandidate ? 1 : -1;
        return Priority != other.Priority ? Priority.CompareTo(other.Priority) : IsSheltered.CompareTo(other.IsSheltered);
    }
}
