using System.Buffers.Binary;

namespace Bullpen.Imaging;

/// <summary>
/// Counts, without decoding, the parts by which a small file of few pixels can still cost much time: libvips has no limit of
/// its own for them.
/// </summary>
internal static class EncodedParts
{
    private const int ChunkHeader = 8;
    private const int FirstChunk = 12;

    private static ReadOnlySpan<byte> StartOfScan => [0xFF, 0xDA];

    /// <summary>
    /// The scans of a JPEG: each goes over all pixels once more. Counts the marker wherever it stands, so embedded previews
    /// add theirs; within compressed data it cannot occur (ISO/IEC 10918-1, B.1.1.5).
    /// </summary>
    public static int JpegScans(ReadOnlySpan<byte> jpeg) => jpeg.Count(StartOfScan);

    /// <summary>The frames of a WebP animation (RFC 9649, 2.7.1): for each, libwebp goes through the list of those before.</summary>
    public static int WebPFrames(ReadOnlySpan<byte> webp)
    {
        var frames = 0;
        for (long position = FirstChunk; position + ChunkHeader <= webp.Length;)
        {
            var chunk = webp[(int)position..];
            if (chunk.StartsWith("ANMF"u8)) frames++;
            var size = BinaryPrimitives.ReadUInt32LittleEndian(chunk[4..]);
            position += ChunkHeader + size + (size & 1);
        }

        return frames;
    }
}
