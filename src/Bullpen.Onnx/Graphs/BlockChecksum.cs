using System.Globalization;
using System.Numerics;
using System.Runtime.InteropServices;

namespace Bullpen.Onnx.Graphs;

/// <summary>
/// A checksum against damage, not against malice: four interleaved CRC-32C (RFC 3720, appendix B.4) over each block of
/// 1 MiB, chained. One CRC alone waits for the processor's instruction; four side by side are as fast as memory.
/// </summary>
internal static class BlockChecksum
{
    private const int BlockLength = 1 << 20;

    /// <summary>The checksum of a file's whole content, 32 hexadecimal digits.</summary>
    /// <exception cref="IOException">The file cannot be read.</exception>
    /// <exception cref="OperationCanceledException">Given up.</exception>
    public static string Of(string path, CancellationToken cancellationToken)
    {
        using var file = File.OpenHandle(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, FileOptions.SequentialScan);
        var block = new byte[BlockLength];
        var sums = (A: 0u, B: 0u, C: 0u, D: 0u);
        for (long at = 0; ; at += block.Length)
        {
            cancellationToken.ThrowIfCancellationRequested();
            var length = Fill(file, block, at);
            if (length > 0) sums = Add(sums, block.AsSpan(0, length));
            if (length < block.Length) break;
        }

        return string.Create(CultureInfo.InvariantCulture, $"{sums.A:x8}{sums.B:x8}{sums.C:x8}{sums.D:x8}");
    }

    private static int Fill(Microsoft.Win32.SafeHandles.SafeFileHandle file, byte[] block, long at)
    {
        var length = 0;
        while (length < block.Length && RandomAccess.Read(file, block.AsSpan(length), at + length) is var read and > 0) length += read;
        return length;
    }

    private static (uint A, uint B, uint C, uint D) Add((uint A, uint B, uint C, uint D) sums, ReadOnlySpan<byte> bytes)
    {
        var (a, b, c, d) = sums;
        var words = MemoryMarshal.Cast<byte, ulong>(bytes);
        var i = 0;
        for (; i + 3 < words.Length; i += 4)
        {
            a = BitOperations.Crc32C(a, words[i]);
            b = BitOperations.Crc32C(b, words[i + 1]);
            c = BitOperations.Crc32C(c, words[i + 2]);
            d = BitOperations.Crc32C(d, words[i + 3]);
        }

        foreach (var rest in bytes[(i * sizeof(ulong))..]) a = BitOperations.Crc32C(a, rest);
        return (a, b, c, d);
    }
}
