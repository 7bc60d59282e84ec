namespace Bullpen.Core.Inputs.Elements;

/// <summary>How elements of one fixed-size type are read from text. <typeparamref name="T"/> has the element's size.</summary>
internal interface INumberCodec<T>
    where T : unmanaged
{
    /// <summary>Reads a number as JSON writes it; false where the type cannot hold it.</summary>
    static abstract bool TryParse(ReadOnlySpan<byte> number, out T value);

    /// <summary>Reads the text of what is not a plain number: NaN and infinities, words for true and false.</summary>
    static abstract bool TryParseWord(ReadOnlySpan<byte> word, out T value);

    /// <summary>The element for JSON's true or false.</summary>
    static abstract T FromBoolean(bool value);

    /// <summary>The element that stands for a missing value; false where the type has none.</summary>
    static abstract bool TryGetMissing(out T value);
}
