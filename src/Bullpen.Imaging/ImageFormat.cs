namespace Bullpen.Imaging;

/// <summary>The encodings that are decoded; nothing else reaches a native loader.</summary>
internal enum ImageFormat
{
    /// <summary>JPEG, baseline or progressive.</summary>
    Jpeg,

    /// <summary>PNG.</summary>
    Png,

    /// <summary>WebP, lossy or lossless.</summary>
    WebP,

    /// <summary>GIF.</summary>
    Gif,
}
