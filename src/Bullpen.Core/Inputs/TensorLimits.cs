namespace Bullpen.Core.Inputs;

/// <summary>Limits on tensors that a request writes out.</summary>
public static class TensorLimits
{
    /// <summary>The most dimensions that a tensor in a request may have: twice what any common model takes.</summary>
    public const int MaxRank = 8;

    /// <summary>The most inputs, and the most outputs, that a request may name: far more than any model has.</summary>
    public const int MaxTensors = 10_000;
}
