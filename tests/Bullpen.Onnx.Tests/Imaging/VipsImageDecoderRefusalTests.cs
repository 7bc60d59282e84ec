using System.Text;
using Bullpen.Core.Inputs;
using Bullpen.Imaging;

namespace Bullpen.Onnx.Tests.Imaging;

public sealed class VipsImageDecoderRefusalTests
{
    private static readonly ImageSize Size = new(Width: null, Height: null, MaxSide: 1024);

    [Theory]
    [InlineData("", "no bytes at all")]
    [InlineData("x", "1 byte of something else")]
    [InlineData("hello, world", "12 bytes of something else")]
    [InlineData("%PDF-1.7\n%....", "a PDF")]
    [InlineData("<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'/>", "an SVG")]
    [InlineData("<?xml version='1.0'?>\n<!-- drawn by hand -->\n<svg/>", "an SVG")]
    [InlineData("<!doctype html><html><body/></html>", "an HTML page")]
    [InlineData("RIFF....WAVEfmt ", "16 bytes of something else")]
    public void What_is_no_image_is_named(string text, string what) =>
        Refusal(Encoding.UTF8.GetBytes(text)).ShouldBe($"JPEG, PNG, WebP or GIF expected; got {what}.");

    [Theory]
    [InlineData(new byte[] { 0x42, 0x4D, 0x36, 0, 0, 0, 0, 0, 0, 0, 0x36 }, "a BMP")]
    [InlineData(new byte[] { 0x49, 0x49, 42, 0, 8 }, "a TIFF")]
    [InlineData(new byte[] { 0x4D, 0x4D, 0, 42, 8 }, "a TIFF")]
    [InlineData(new byte[] { 0, 0, 0, 32, 0x66, 0x74, 0x79, 0x70, 0x61, 0x76, 0x69, 0x66 }, "an AVIF")]
    [InlineData(new byte[] { 0, 0, 0, 32, 0x66, 0x74, 0x79, 0x70, 0x68, 0x65, 0x69, 0x63 }, "a HEIC")]
    [InlineData(new byte[] { 0, 0, 0, 32, 0x66, 0x74, 0x79, 0x70, 0x69, 0x73, 0x6F, 0x6D }, "a video")]
    [InlineData(new byte[] { 0x50, 0x4B, 3, 4 }, "a ZIP archive")]
    [InlineData(new byte[] { 0x1F, 0x8B, 8 }, "gzip data")]
    [InlineData(new byte[] { 0xFF, 0x0A, 0 }, "a JPEG XL")]
    [InlineData(new byte[] { 0xFF, 0xD8 }, "2 bytes of something else")]
    public void An_image_or_file_of_another_kind_is_named(byte[] bytes, string what) =>
        Refusal(bytes).ShouldBe($"JPEG, PNG, WebP or GIF expected; got {what}.");

    [Fact]
    public void A_bomb_is_refused_by_its_header_and_told_the_limit() =>
        Refusal(Pictures.Png(50_000, 50_000, [])).ShouldBe(
            "The PNG image has 50000 x 50000 pixels; at most 100000000 pixels are decoded.");

    [Theory]
    [InlineData("baseline.jpg", "JPEG")]
    [InlineData("rgb.png", "PNG")]
    [InlineData("lossless.webp", "WebP")]
    [InlineData("animated.gif", "GIF")]
    public void The_limit_holds_for_every_format_and_exactly(string file, string format)
    {
        var encoded = Pictures.File(file);
        new VipsImageDecoder(new ImagingOptions { MaxPixels = 64 * 48 }).Decode(encoded, Size).Shape.Dimensions.ToArray().ShouldBe([48, 64, 3]);
        Should.Throw<ImageDecodingException>(() => new VipsImageDecoder(new ImagingOptions { MaxPixels = (64 * 48) - 1 }).Decode(encoded, Size))
            .Message.ShouldBe($"The {format} image has 64 x 48 pixels; at most 3071 pixels are decoded.");
    }

    [Fact]
    public void A_jpeg_of_too_many_scans_is_refused_before_they_are_read()
    {
        var jpeg = Pictures.File("baseline.jpg");
        var scan = jpeg.AsSpan(jpeg.AsSpan().LastIndexOf(new byte[] { 0xFF, 0xDA })..^2).ToArray();
        byte[] bomb = [.. jpeg.AsSpan(0, jpeg.Length - 2), .. Enumerable.Repeat(scan, 100).SelectMany(bytes => bytes), 0xFF, 0xD9];
        Refusal(bomb).ShouldBe("The JPEG image has 101 scans; at most 100 scans are decoded.");
    }

    [Fact]
    public void A_webp_of_too_many_frames_is_refused_before_they_are_found()
    {
        var webp = Pictures.File("animated.webp");
        var first = webp.AsSpan().IndexOf("ANMF"u8);
        var second = first + 1 + webp.AsSpan(first + 1).IndexOf("ANMF"u8);
        byte[] bomb = [.. webp.AsSpan(0, second), .. Enumerable.Repeat(webp[first..second], 10_000).SelectMany(bytes => bytes)];
        Refusal(bomb).ShouldBe("The WebP image has 10001 frames; at most 10000 frames are looked at.");
    }

    [Theory]
    [InlineData("baseline.jpg")]
    [InlineData("progressive.jpg")]
    [InlineData("rgb.png")]
    [InlineData("interlaced.png")]
    [InlineData("lossless.webp")]
    [InlineData("lossy.webp")]
    [InlineData("still.gif")]
    public void A_truncated_image_is_an_error_wherever_it_ends(string file)
    {
        var encoded = Pictures.File(file);
        for (var part = 1; part <= 20; part++)
        {
            var length = encoded.Length * part / 21;
            var message = Refusal(encoded[..length]);
            message.ShouldMatch("^(The (JPEG|PNG|WebP|GIF) image is damaged or incomplete(: [^\n]+)?|JPEG, PNG, WebP or GIF expected; got [^\n]+)\\.$", $"{length} bytes");
            message.ShouldNotContain("0x");
        }
    }

    [Fact]
    public void Two_failures_one_after_the_other_do_not_share_their_reasons()
    {
        var jpeg = Pictures.File("baseline.jpg");
        var first = Refusal(jpeg[..(jpeg.Length / 2)]);
        Refusal(Pictures.File("rgb.png")[..60]).ShouldNotContain("JPEG");
        Refusal(jpeg[..(jpeg.Length / 2)]).ShouldBe(first);
    }

    /// <summary>Random bytes changed, seeded: each is decoded or refused, in finite time; the process lives.</summary>
    [Theory]
    [InlineData("baseline.jpg")]
    [InlineData("progressive.jpg")]
    [InlineData("orientation-6.jpg")]
    [InlineData("cmyk.jpg")]
    [InlineData("rgb.png")]
    [InlineData("interlaced.png")]
    [InlineData("display-p3.png")]
    [InlineData("lossless.webp")]
    [InlineData("lossy.webp")]
    [InlineData("alpha.webp")]
    [InlineData("animated.webp")]
    [InlineData("animated.gif")]
    [InlineData("still.gif")]
    public async Task A_damaged_image_is_an_error_or_a_picture(string file)
    {
        var encoded = Pictures.File(file);
        var random = new Random(20_11);
        var decoder = new VipsImageDecoder(new ImagingOptions());
        var decoding = Task.Run(() =>
        {
            for (var round = 0; round < 200; round++)
            {
                var damaged = encoded.ToArray();
                // Every other round in the header, where the sizes and tables are.
                var reach = round % 2 == 0 ? Math.Min(damaged.Length, 64) : damaged.Length;
                for (var change = 0; change <= round % 4; change++) damaged[random.Next(reach)] = (byte)random.Next(256);
                try
                {
                    decoder.Decode(damaged, Size).Shape.Dimensions[2].ShouldBe(3);
                }
                catch (ImageDecodingException e)
                {
                    e.Message.ShouldEndWith(".");
                }
            }
        });
        await decoding.WaitAsync(TimeSpan.FromMinutes(1));
    }

    [Fact]
    public void Garbage_behind_a_signature_is_a_damaged_image()
    {
        var random = new Random(7);
        foreach (var signature in new byte[][] { [0xFF, 0xD8, 0xFF], [0x89, 0x50, 0x4E, 0x47, 0x0D, 0x0A, 0x1A, 0x0A], [.. "GIF89a"u8], [.. "RIFF\0\0\0\0WEBPVP8 "u8] })
        {
            var garbage = new byte[500];
            random.NextBytes(garbage);
            Refusal([.. signature, .. garbage]).ShouldContain("is damaged or incomplete");
            Refusal(signature).ShouldContain("is damaged or incomplete");
        }
    }

    private static string Refusal(byte[] encoded) =>
        Should.Throw<ImageDecodingException>(() => new VipsImageDecoder(new ImagingOptions()).Decode(encoded, Size)).Message;
}
