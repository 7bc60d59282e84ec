using System.Runtime.InteropServices;
using System.Text;
using Bullpen.Core.Inputs;
using Bullpen.Imaging;

namespace Bullpen.Onnx.Tests.Imaging;

[Collection(nameof(WholeProcess))]
public sealed class VipsLibraryTests
{
    private const int StandardError = 2;

    /// <summary>The blocks hold below the check of the first bytes too, should that ever let something pass.</summary>
    [Theory]
    [InlineData("<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'/>")]
    [InlineData("II*\0\b\0\0\0\0\0")]
    [InlineData("\0\0\0\u0020ftypavif\0\0\0\0avifmif1miaf")]
    public void No_loader_is_found_for_another_format(string text)
    {
        VipsLibrary.EnsureStarted();
        using var bytes = new VipsBlob(Encoding.Latin1.GetBytes(text));
        using var thumbnail = new VipsOperation("thumbnail_buffer").With("buffer", bytes).With("width", "9");
        Should.Throw<VipsException>(thumbnail.Run).Message.ShouldContain("buffer is not in a known format");
    }

    [Theory]
    [InlineData("svgload_buffer")]
    [InlineData("tiffload_buffer")]
    public void A_blocked_loader_does_not_run(string loader)
    {
        VipsLibrary.EnsureStarted();
        using var bytes = new VipsBlob("<svg xmlns='http://www.w3.org/2000/svg' width='9' height='9'/>"u8.ToArray());
        using var loading = new VipsOperation(loader).With("buffer", bytes);
        Should.Throw<VipsException>(loading.Run).Message.ShouldContain("operation is blocked");
    }

    [Fact]
    public void A_mistake_in_the_name_of_an_operation_or_an_argument_is_ours()
    {
        VipsLibrary.EnsureStarted();
        Should.Throw<InvalidOperationException>(() => new VipsOperation("no_such_operation"));
        using var operation = new VipsOperation("flatten");
        Should.Throw<InvalidOperationException>(() => operation.With("no_such_argument", "1"));
    }

    /// <summary>The first of these pictures makes libvips warn, unless it is told not to.</summary>
    [SkippableFact]
    public void Bad_pictures_write_nothing_to_standard_error()
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "Swaps a file descriptor.");
        var decoder = new VipsImageDecoder(new ImagingOptions());
        var baseline = Pictures.File("baseline.jpg");
        byte[][] pictures =
        [
            Pictures.WithSegment(baseline, 0xE2, [.. "ICC_PROFILE\0"u8, 1, 1, .. new byte[200]]),
            Pictures.WithSegment(baseline, 0xE1, [.. "Exif\0\0"u8, .. new byte[50]]),
            baseline[..^100],
            Pictures.File("rgb.png")[..^50],
            Pictures.File("lossy.webp")[..^50],
            Pictures.File("still.gif")[..^50],
            Pictures.Png(50_000, 50_000, []),
        ];

        var written = Capture(() =>
        {
            foreach (var picture in pictures) TryDecode(decoder, picture);
        });

        written.ShouldBe("");
    }

    private static void TryDecode(VipsImageDecoder decoder, byte[] picture)
    {
        try
        {
            decoder.Decode(picture, new ImageSize(null, null, 1024));
        }
        catch (ImageDecodingException e)
        {
            e.Message.ShouldNotBeEmpty();
        }
    }

    private static string Capture(Action action)
    {
        var file = Path.GetTempFileName();
        var saved = Duplicate(StandardError);
        try
        {
            using (var target = File.OpenWrite(file)) DuplicateTo((int)target.SafeFileHandle.DangerousGetHandle(), StandardError).ShouldBe(StandardError);
            action();
        }
        finally
        {
            DuplicateTo(saved, StandardError);
            Close(saved);
        }

        var written = File.ReadAllText(file);
        File.Delete(file);
        return written;
    }

    [DllImport("libc", EntryPoint = "dup")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Duplicate(int descriptor);

    [DllImport("libc", EntryPoint = "dup2")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int DuplicateTo(int descriptor, int target);

    [DllImport("libc", EntryPoint = "close")]
    [DefaultDllImportSearchPaths(DllImportSearchPath.SafeDirectories)]
    private static extern int Close(int descriptor);
}
