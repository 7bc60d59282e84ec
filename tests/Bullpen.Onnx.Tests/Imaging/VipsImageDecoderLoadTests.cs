using System.Runtime.InteropServices;
using Bullpen.Core.Inputs;
using Bullpen.Imaging;

namespace Bullpen.Onnx.Tests.Imaging;

/// <summary>Many decodes, at once and one after the other. Alone in its collection: it looks at the memory of the process.</summary>
[Collection(nameof(WholeProcess))]
public sealed class VipsImageDecoderLoadTests
{
    private static readonly ImageSize Size = new(Width: null, Height: null, MaxSide: 200);

    private readonly VipsImageDecoder _decoder = new(new ImagingOptions());

    private delegate nuint NativeSize();

    [Fact]
    public void Thirty_two_threads_get_the_same_pixels_as_one()
    {
        string[] files = ["baseline.jpg", "orientation-6.jpg", "rgb.png", "alpha.png", "lossy.webp", "animated.gif", "cmyk.jpg", "display-p3.png"];
        var pictures = files.Select(Pictures.File).ToArray();
        var expected = pictures.Select(picture => _decoder.Decode(picture, Size).Bytes.ToArray()).ToArray();
        var damaged = pictures.Select(picture => picture[..(picture.Length / 2)]).ToArray();
        using var start = new Barrier(32);
        var failures = new List<Exception>();
        var threads = Enumerable.Range(0, 32).Select(number => new Thread(() =>
        {
            try
            {
                start.SignalAndWait();
                for (var round = 0; round < 200; round++)
                {
                    var index = (number + round) % pictures.Length;
                    _decoder.Decode(pictures[index], Size).Bytes.Span.SequenceEqual(expected[index]).ShouldBeTrue(files[index]);
                    // Errors beside it must not disturb a good decode, nor be disturbed by one.
                    if (round % 10 == 0) Should.Throw<ImageDecodingException>(() => _decoder.Decode(damaged[index], Size));
                }
            }
            catch (Exception e)
            {
                lock (failures) failures.Add(e);
            }
        })).ToList();
        threads.ForEach(thread => thread.Start());
        threads.ForEach(thread => thread.Join(TimeSpan.FromMinutes(2)).ShouldBeTrue());
        failures.ShouldBeEmpty();
    }

    [Fact]
    public void Two_thousand_decodes_leave_no_native_memory_behind()
    {
        // 576 KiB of pixels each: a hundred leaked ones would double the process.
        var picture = Pictures.Png(512, 384, (x, y) => ((byte)x, (byte)y, (byte)(x ^ y)));
        var truncated = picture[..(picture.Length / 2)];
        var tracked = Marshal.GetDelegateForFunctionPointer<NativeSize>(NativeLibrary.GetExport(
            NativeLibrary.Load(VipsNative.Library, typeof(VipsImageDecoder).Assembly, DllImportSearchPath.AssemblyDirectory), "vips_tracked_get_mem"));
        DecodeMany(picture, truncated, 200);
        var before = ResidentBytes();

        DecodeMany(picture, truncated, 2_000);

        // Not zero to the byte: a worker of libvips reports that it is done before it gives back its last buffer.
        tracked().ShouldBeLessThan((nuint)(10 * 512 * 384 * 3));
        ((double)ResidentBytes() / before).ShouldBeLessThan(1.3);
    }

    private void DecodeMany(byte[] picture, byte[] truncated, int times)
    {
        for (var i = 0; i < times; i++)
        {
            if (i % 4 == 0) Should.Throw<ImageDecodingException>(() => _decoder.Decode(truncated, Size));
            else _decoder.Decode(picture, Size);
        }
    }

    private static long ResidentBytes()
    {
        GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive, blocking: true, compacting: true);
        return Environment.WorkingSet;
    }
}
