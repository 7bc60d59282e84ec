namespace Bullpen.Core.Inputs;

/// <summary>Limits on tensors that a request writes out.</summary>
public static class TensorLimits
{
    /// <summary>The most dimensions that a tensor in a request may have: twice what any common model takes.</summary>
    public const int MaxRank = 8;
}
