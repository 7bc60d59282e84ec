namespace Bullpen.Core.Inputs.OpenInference;

/// <summary>The bytes after an Open Inference body's JSON, which its tensors take one after the other.</summary>
internal sealed class BinarySection(ReadOnlyMemory<byte> bytes)
{
    private ReadOnlyMemory<byte> _left = bytes;

    /// <summary>Bytes that nobody has taken.</summary>
    public int Left => _left.Length;

    /// <summary>The next bytes.</summary>
    /// <param name="count">At most <see cref="Left"/>.</param>
    public ReadOnlyMemory<byte> Take(int count)
    {
        var taken = _left[..count];
        _left = _left[count..];
        return taken;
    }
}
