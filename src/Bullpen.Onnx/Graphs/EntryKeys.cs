using System.Runtime.InteropServices;
using System.Runtime.Intrinsics.Arm;
using System.Runtime.Intrinsics.X86;
using System.Security.Cryptography;
using System.Text;

namespace Bullpen.Onnx.Graphs;

/// <summary>
/// The names of entries: SHA-256 over the model's content and all that an optimised, packed graph is tied to: the version
/// of ONNX Runtime, the session's options, and what the processor can do.
/// </summary>
/// <param name="runtimeVersion">ONNX Runtime's.</param>
internal sealed class EntryKeys(string runtimeVersion)
{
    private readonly string _environment = string.Join('\n', runtimeVersion, GraphSessions.Describe, RuntimeInformation.ProcessArchitecture, ProcessorFeatures());

    /// <summary>True for what looks like a key.</summary>
    public static bool IsKey(string text) => text.Length == 2 * SHA256.HashSizeInBytes && text.All(char.IsAsciiHexDigitLower);

    /// <summary>The key for a content, 64 hexadecimal digits.</summary>
    public string Of(string contentHash) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes($"{contentHash}\n{_environment}")));

    /// <summary>As Linux lists them; elsewhere those that .NET asks for.</summary>
    private static string ProcessorFeatures()
    {
        const string List = "/proc/cpuinfo";
        if (OperatingSystem.IsLinux() && File.Exists(List)
            && File.ReadLines(List).FirstOrDefault(line => line.StartsWith("flags", StringComparison.Ordinal) || line.StartsWith("Features", StringComparison.Ordinal)) is { } features)
            return features;
        bool[] supported =
        [
            Sse42.IsSupported, Avx.IsSupported, Avx2.IsSupported, Fma.IsSupported, Avx512F.IsSupported, Avx512BW.IsSupported,
            AvxVnni.IsSupported, AdvSimd.IsSupported, Dp.IsSupported,
        ];
        return string.Concat(supported.Select(isSupported => isSupported ? '1' : '0'));
    }
}
