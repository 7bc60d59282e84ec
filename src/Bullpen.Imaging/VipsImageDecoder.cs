using System.Runtime.InteropServices;
using Bullpen.Core.Inputs;
using Bullpen.Core.Tensors;

namespace Bullpen.Imaging;

/// <summary>
/// Decodes with libvips: shrinks while it loads, and refuses from the header what is too large. Holds no state between
/// calls; any number of threads may call at once, each computing on one thread of its own.
/// </summary>
public sealed class VipsImageDecoder(ImagingOptions options) : IImageDecoder
{
    private const int Channels = 3;

    /// <summary>libvips' word for: pixels that are missing or unreadable are an error, odd bytes between segments are not.</summary>
    private const string Tolerance = "error";

    /// <summary>The version of the libvips that decodes: <c>8.17.1</c>.</summary>
    /// <exception cref="DllNotFoundException">There is no libvips for this platform.</exception>
    public static unsafe string NativeVersion() => Marshal.PtrToStringUTF8((nint)VipsNative.VersionString()) ?? "";

    /// <inheritdoc/>
    /// <exception cref="ArgumentOutOfRangeException">A side of <paramref name="size"/> is less than 1.</exception>
    public Tensor Decode(ReadOnlyMemory<byte> encoded, ImageSize size)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(size.Width ?? 1, 1, nameof(size));
        ArgumentOutOfRangeException.ThrowIfLessThan(size.Height ?? 1, 1, nameof(size));
        ArgumentOutOfRangeException.ThrowIfLessThan(size.MaxSide, 1, nameof(size));
        if (ImageSignature.FormatOf(encoded.Span) is not { } format)
            throw new ImageDecodingException($"JPEG, PNG, WebP or GIF expected; got {ImageSignature.Describe(encoded.Span)}.");
        RefuseTooManyParts(encoded.Span, format);

        VipsLibrary.EnsureStarted();
        try
        {
            VipsNative.ClearErrors();
            using var bytes = new VipsBlob(encoded);
            return Decode(bytes, format, size);
        }
        catch (VipsException e)
        {
            var reason = VipsErrorText.Reason(format, e.Message);
            throw new ImageDecodingException($"The {NameOf(format)} image is damaged or incomplete{(reason is null ? "" : $": {reason}")}.");
        }
        finally
        {
            // libvips keeps buffers per thread, and cannot see a thread of the pool end.
            VipsNative.ThreadShutdown();
        }
    }

    private void RefuseTooManyParts(ReadOnlySpan<byte> encoded, ImageFormat format)
    {
        if (format == ImageFormat.Jpeg && EncodedParts.JpegScans(encoded) is var scans && scans > options.MaxScans)
            throw new ImageDecodingException($"The JPEG image has {scans} scans; at most {options.MaxScans} scans are decoded.");
        if (format == ImageFormat.WebP && EncodedParts.WebPFrames(encoded) is var frames && frames > options.MaxFrames)
            throw new ImageDecodingException($"The WebP image has {frames} frames; at most {options.MaxFrames} frames are looked at.");
    }

    private Tensor Decode(VipsBlob bytes, ImageFormat format, ImageSize size)
    {
        var header = ReadHeader(bytes, format);
        if ((long)header.Width * header.Height > options.MaxPixels)
        {
            throw new ImageDecodingException(
                $"The {NameOf(format)} image has {header.Width} x {header.Height} pixels; at most {options.MaxPixels} pixels are decoded.");
        }

        var (width, height) = header.Fit(size);
        using var shrunk = Shrink(bytes, width, height, header.HasProfile);
        // What has a colour is sRGB by now; grey, with or without alpha, is still grey.
        if (VipsNative.Bands(shrunk) >= Channels) return Flatten(shrunk, format);
        using var colouring = new VipsOperation("colourspace").With("in", shrunk).With("space", "srgb");
        using var coloured = colouring.Run();
        return Flatten(coloured, format);
    }

    private static Tensor Flatten(VipsObject image, ImageFormat format)
    {
        if (VipsNative.HasAlpha(image) == 0) return ReadPixels(image, format);
        using var flattening = new VipsOperation("flatten").With("in", image).With("background", "255");
        using var flat = flattening.Run();
        return ReadPixels(flat, format);
    }

    private static ImageHeader ReadHeader(VipsBlob bytes, ImageFormat format)
    {
        using var loading = new VipsOperation(LoaderOf(format)).With("buffer", bytes).With("access", "sequential").With("fail_on", Tolerance);
        using var image = loading.Run();
        return new ImageHeader(
            VipsNative.Width(image),
            VipsNative.Height(image),
            SwapsSides: VipsNative.OrientationSwaps(image) != 0,
            HasProfile: VipsNative.TypeOfField(image, "icc-profile-data") != 0);
    }

    /// <summary>Loads, shrinks, turns upright. A colour profile that cannot be used is passed over, as browsers do.</summary>
    private static VipsObject Shrink(VipsBlob bytes, int width, int height, bool hasProfile)
    {
        using var thumbnail = new VipsOperation("thumbnail_buffer")
            .With("buffer", bytes)
            .With("width", width.ToString())
            .With("height", height.ToString())
            .With("size", "force")
            // Not its own argument fail_on: this operation does not pass that on to the loader.
            .With("option_string", $"[fail_on={Tolerance}]");
        // Only where there is a profile to convert from: otherwise it costs a detour through XYZ and changes nothing.
        if (!hasProfile) return thumbnail.Run();
        try
        {
            return thumbnail.With("output_profile", "srgb").Run();
        }
        catch (VipsException)
        {
            return Shrink(bytes, width, height, hasProfile: false);
        }
    }

    private static unsafe Tensor ReadPixels(VipsObject image, ImageFormat format)
    {
        int width = VipsNative.Width(image), height = VipsNative.Height(image), bands = VipsNative.Bands(image);
        if (bands != Channels) throw new ImageDecodingException($"The {NameOf(format)} image has {bands} channels after conversion to sRGB; 3 expected.");

        var native = VipsNative.WriteToMemory(image, out var length);
        if (native is null) throw new VipsException(VipsOperation.TakeLog());
        try
        {
            var pixels = GC.AllocateUninitializedArray<byte>(checked((int)length));
            new ReadOnlySpan<byte>(native, pixels.Length).CopyTo(pixels);
            return Tensor.FromBytes(ElementType.UInt8, new TensorShape(height, width, bands), pixels);
        }
        finally
        {
            VipsNative.Free(native);
        }
    }

    private static string LoaderOf(ImageFormat format) => format switch
    {
        ImageFormat.Jpeg => "jpegload_buffer",
        ImageFormat.Png => "pngload_buffer",
        ImageFormat.WebP => "webpload_buffer",
        _ => "gifload_buffer",
    };

    private static string NameOf(ImageFormat format) => format switch
    {
        ImageFormat.Jpeg => "JPEG",
        ImageFormat.Png => "PNG",
        ImageFormat.WebP => "WebP",
        _ => "GIF",
    };
}
