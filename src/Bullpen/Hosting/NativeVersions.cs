using Bullpen.Imaging;
using Bullpen.Onnx;

namespace Bullpen.Hosting;

/// <summary>The versions of the native libraries in this process; null where a library cannot be loaded.</summary>
internal static class NativeVersions
{
    internal static string? OnnxRuntime() => OrNull(OnnxModelRuntime.NativeVersion);

    internal static string? Vips() => OrNull(VipsImageDecoder.NativeVersion);

    private static string? OrNull(Func<string> version)
    {
        try
        {
            return version();
        }
        catch (Exception e) when ((e as TypeInitializationException)?.InnerException is DllNotFoundException || e is DllNotFoundException or BadImageFormatException)
        {
            return null;
        }
    }
}
