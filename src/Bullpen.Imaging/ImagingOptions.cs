namespace Bullpen.Imaging;

/// <summary>What the image decoder allows.</summary>
public sealed record ImagingOptions
{
    /// <summary>
    /// The largest image that is decoded, in pixels of the encoded size (width × height; of an animation one frame counts,
    /// as only the first is decoded). Default 100,000,000, above any common camera. Read from the header, before any memory
    /// is taken. A baseline JPEG or plain PNG is decoded strip by strip; WebP, GIF, progressive JPEG and interlaced PNG take
    /// 3 to 8 bytes per pixel while they are decoded, so many at once need memory in proportion.
    /// </summary>
    public long MaxPixels { get; init; } = 100_000_000;

    /// <summary>
    /// The most scans that a JPEG may have. Default 100; encoders write about ten into a progressive JPEG. A file of 300 KB
    /// with 900 scans of 100 megapixels would take over ten seconds.
    /// </summary>
    public int MaxScans { get; init; } = 100;

    /// <summary>
    /// The most frames that a WebP animation may have, though only the first is decoded. Default 10,000; finding them takes
    /// time that grows with the square of their number, a few tenths of a second for the default.
    /// </summary>
    public int MaxFrames { get; init; } = 10_000;
}
