using System.Text;

namespace Bullpen.Imaging;

/// <summary>Tells by the first bytes what data is, so that a loader is chosen by us and a refusal can name what came.</summary>
internal static class ImageSignature
{
    private const int Prologue = 1024;

    /// <summary>The format, or null where the bytes are not of one that is decoded.</summary>
    public static ImageFormat? FormatOf(ReadOnlySpan<byte> bytes) => bytes switch
    {
        [0xFF, 0xD8, 0xFF, ..] => ImageFormat.Jpeg,
        [0x89, (byte)'P', (byte)'N', (byte)'G', 0x0D, 0x0A, 0x1A, 0x0A, ..] => ImageFormat.Png,
        _ when bytes.StartsWith("RIFF"u8) && bytes.Length >= 12 && bytes[8..].StartsWith("WEBP"u8) => ImageFormat.WebP,
        _ when bytes.StartsWith("GIF87a"u8) || bytes.StartsWith("GIF89a"u8) => ImageFormat.Gif,
        _ => null,
    };

    /// <summary>What the bytes look like, as a noun phrase for a message: <c>a PDF</c>, <c>12 bytes of something else</c>.</summary>
    public static string Describe(ReadOnlySpan<byte> bytes) => bytes switch
    {
        [] => "no bytes at all",
        [(byte)'B', (byte)'M', _, _, _, _, 0, 0, 0, 0, ..] => "a BMP",
        [(byte)'I', (byte)'I', 42, 0, ..] or [(byte)'M', (byte)'M', 0, 42, ..] => "a TIFF",
        [(byte)'P', (byte)'K', 3, 4, ..] => "a ZIP archive",
        [0x1F, 0x8B, ..] => "gzip data",
        [0, 0, 1, 0, ..] => "an icon (ICO)",
        [0xFF, 0x0A, ..] or [0, 0, 0, 0x0C, (byte)'J', (byte)'X', (byte)'L', ..] => "a JPEG XL",
        [0, 0, 0, 0x0C, (byte)'j', (byte)'P', ..] => "a JPEG 2000",
        [_, _, _, _, (byte)'f', (byte)'t', (byte)'y', (byte)'p', ..] => DescribeMedia(bytes[8..]),
        _ when bytes.StartsWith("%PDF"u8) => "a PDF",
        _ => DescribeText(bytes[..Math.Min(bytes.Length, Prologue)]) ?? Count(bytes.Length),
    };

    private static string DescribeMedia(ReadOnlySpan<byte> brand) => brand switch
    {
        _ when brand.StartsWith("avif"u8) || brand.StartsWith("avis"u8) => "an AVIF",
        _ when brand.StartsWith("hei"u8) || brand.StartsWith("hev"u8) || brand.StartsWith("mif1"u8) => "a HEIC",
        _ => "a video",
    };

    private static string? DescribeText(ReadOnlySpan<byte> start)
    {
        var text = Encoding.UTF8.GetString(start).TrimStart('\uFEFF', ' ', '\t', '\r', '\n');
        if (!text.StartsWith('<')) return null;
        if (text.Contains("<svg", StringComparison.OrdinalIgnoreCase)) return "an SVG";
        return text.Contains("<html", StringComparison.OrdinalIgnoreCase) ? "an HTML page" : null;
    }

    private static string Count(int bytes) => bytes == 1 ? "1 byte of something else" : $"{bytes} bytes of something else";
}
