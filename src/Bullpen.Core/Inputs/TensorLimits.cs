namespace Bullpen.Core.Inputs;

/// <summary>Limits on tensors that a request writes out.</summary>
public static class TensorLimits
{
    /// <summary>The most dimensions that a tensor in a request may have: twice what any common model takes.</summary>
    public const int MaxRank = 8;

    /// <summary>The most inputs, and the most outputs, that a request may name: far more than any model has.</summary>
    public const int MaxTensors = 10_000;

    /// <summary>The most parameters that a request, an input or an output may have.</summary>
    public const int MaxParameters = 1000;

    /// <summary>The most bytes of a name or an identifier in a request, as it stands in the JSON.</summary>
    public const int MaxNameBytes = 1 << 16;
}
