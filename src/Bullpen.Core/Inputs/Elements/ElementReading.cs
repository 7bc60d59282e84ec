namespace Bullpen.Core.Inputs.Elements;

/// <summary>What JSON may stand for an element beside a value of its own type.</summary>
internal enum ElementReading
{
    /// <summary>
    /// true and false for 1 and 0 among numbers, 1 and 0 for true and false among booleans; null for NaN among floats.
    /// </summary>
    Lenient,

    /// <summary>The same, and a null among strings is a missing value too: the empty string.</summary>
    OfTables,

    /// <summary>Nothing, as in the protocols of Triton and TensorFlow Serving.</summary>
    Strict,
}
