namespace Bullpen.Core.Outputs;

/// <summary>How floats are written where JSON leaves a choice or has no numbers for them: whole ones, NaN and the infinities.</summary>
public enum FloatStyle
{
    /// <summary>NaN and the infinities as <c>null</c>: legal JSON, the sign is lost.</summary>
    AsNull,

    /// <summary>
    /// NaN and the infinities as the bare words <c>NaN</c>, <c>Infinity</c> and <c>-Infinity</c>: not JSON, but what Python's json module
    /// writes and reads.
    /// </summary>
    AsLiterals,

    /// <summary>
    /// The same bare words, and a whole float ends in <c>.0</c>, so that clients with types tell it from an integer: WriteDecimal of
    /// tensorflow_serving/util/json_tensor.cc. Floats with an exponent (<c>1E+20</c>) are none of either's integers.
    /// </summary>
    AsTensorFlow,
}
