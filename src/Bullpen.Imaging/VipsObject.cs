using Microsoft.Win32.SafeHandles;

namespace Bullpen.Imaging;

/// <summary>One reference to a GObject of libvips: an operation or an image.</summary>
internal sealed class VipsObject() : SafeHandleZeroOrMinusOneIsInvalid(ownsHandle: true)
{
    /// <inheritdoc/>
    protected override bool ReleaseHandle()
    {
        VipsNative.Unref(handle);
        return true;
    }
}
