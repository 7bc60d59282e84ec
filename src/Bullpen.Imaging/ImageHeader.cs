using Bullpen.Core.Inputs;

namespace Bullpen.Imaging;

/// <summary>What the header says of an image, before its pixels are read.</summary>
/// <param name="Width">As stored, in pixels.</param>
/// <param name="Height">As stored, in pixels; of an animation, one frame's.</param>
/// <param name="SwapsSides">Whether upright, width and height are the other way round.</param>
/// <param name="HasProfile">Whether a colour profile is embedded.</param>
internal readonly record struct ImageHeader(int Width, int Height, bool SwapsSides, bool HasProfile)
{
    /// <summary>The size to decode to, upright: what is asked for; where nothing is, the image's own within the longest side.</summary>
    public (int Width, int Height) Fit(ImageSize size)
    {
        var (width, height) = SwapsSides ? (Height, Width) : (Width, Height);
        var scale = Math.Min(1.0, (double)size.MaxSide / Math.Max(width, height));
        return (size.Width ?? Scaled(width, scale), size.Height ?? Scaled(height, scale));
    }

    private static int Scaled(int side, double scale) => Math.Max(1, (int)Math.Round(side * scale));
}
