namespace Bullpen.Imaging;

/// <summary>
/// The caller's bytes as libvips sees them: pinned, not copied. libvips reads them lazily, so the blob outlives every
/// operation and image made from it.
/// </summary>
internal sealed unsafe class VipsBlob : IDisposable
{
    private readonly System.Buffers.MemoryHandle _pin;

    /// <summary>Pins the bytes.</summary>
    public VipsBlob(ReadOnlyMemory<byte> bytes)
    {
        _pin = bytes.Pin();
        Area = VipsNative.NewBlob(freeFunction: 0, _pin.Pointer, (nuint)bytes.Length);
    }

    /// <summary>The VipsBlob.</summary>
    public nint Area { get; }

    /// <inheritdoc/>
    public void Dispose()
    {
        VipsNative.UnrefArea(Area);
        _pin.Dispose();
    }
}
