using System.Runtime.InteropServices;
using Bullpen.Core;

namespace Bullpen.Imaging;

/// <summary>
/// libvips, started at the first image. Its settings belong to the process and it can be started only once in it, by one
/// thread, which is why this state is static.
/// </summary>
internal static class VipsLibrary
{
    private static readonly Lazy<string?> WhyNot = new(Start);

    /// <summary>Starts libvips unless it runs.</summary>
    /// <exception cref="ServingException">Not supported: there is no libvips for this platform, or it does not start.</exception>
    public static void EnsureStarted()
    {
        if (WhyNot.Value is { } reason) throw new ServingException(ServingErrorKind.NotSupported, reason);
    }

    private static unsafe string? Start()
    {
        try
        {
            // Warnings about somebody's picture are for its sender, who gets an error: the server's log is not the place.
            VipsNative.SetLogHandler(&VipsNative.DropLogLine, 0);
            if (VipsNative.Init("bullpen") != 0) return $"Images cannot be decoded: libvips does not start ({VipsOperation.TakeLog().Trim()}).";
        }
        catch (Exception e) when (e is DllNotFoundException or EntryPointNotFoundException or BadImageFormatException)
        {
            return $"Images cannot be decoded: the server was built without libvips for {RuntimeInformation.RuntimeIdentifier}.";
        }

        // Requests are the parallelism; a pool inside each would only get in the way of the models.
        VipsNative.SetConcurrency(1);
        // No result of one request may be there for another, or stay in memory.
        VipsNative.SetCacheOperations(0);
        AllowOnly("VipsForeignLoadJpegBuffer", "VipsForeignLoadPngBuffer", "VipsForeignLoadWebpBuffer", "VipsForeignLoadNsgifBuffer");
        return null;
    }

    private static void AllowOnly(params ReadOnlySpan<string> loaders)
    {
        VipsNative.BlockOperation("VipsForeign", 1);
        foreach (var loader in loaders) VipsNative.BlockOperation(loader, 0);
        // Last, so that it also takes back a loader above that this libvips counts as not hardened.
        VipsNative.BlockUntrusted(1);
    }
}
