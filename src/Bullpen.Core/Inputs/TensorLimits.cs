namespace Bullpen.Core.Inputs;

/// <summary>Limits on tensors that a request writes out.</summary>
public static class TensorLimits
{
    /// <summary>The most dimensions that a tensor in a request may have: twice what any common model takes.</summary>
    public const int MaxRank = 8;

    /// <summary>The most inputs, and the most outputs, that a request may name: far more than any model has.</summary>
    public const int MaxTensors = 10_000;

    /// <summary>
    /// The most strings that the inputs of a request may have together: each takes some 75 bytes in the tensors of a run beside its own,
    /// and in binary an empty one is sent in four.
    /// </summary>
    public const int MaxStrings = 1 << 21;

    /// <summary>The most classes that a request may have made of its outputs, in all rows together; each is a string.</summary>
    public const int MaxClasses = 1_000_000;

    /// <summary>The most parameters that a request, an input or an output may have.</summary>
    public const int MaxParameters = 1000;

    /// <summary>The most bytes of a name or an identifier in a request, as it stands in the JSON.</summary>
    public const int MaxNameBytes = 1 << 16;
}
