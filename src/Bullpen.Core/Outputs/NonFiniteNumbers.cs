namespace Bullpen.Core.Outputs;

/// <summary>How NaN and the infinities, which JSON has no numbers for, are written.</summary>
public enum NonFiniteNumbers
{
    /// <summary>As <c>null</c>: legal JSON, the sign is lost.</summary>
    AsNull,

    /// <summary>
    /// As the bare words <c>NaN</c>, <c>Infinity</c> and <c>-Infinity</c>: not JSON, but what Python's json module
    /// writes and reads.
    /// </summary>
    AsLiterals,
}
