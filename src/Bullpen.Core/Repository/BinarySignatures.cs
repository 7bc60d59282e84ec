using System.Buffers.Binary;

namespace Bullpen.Core.Repository;

/// <summary>Formats that are told by fixed bytes.</summary>
internal static class BinarySignatures
{
    private static ReadOnlySpan<byte> LegacyTorchMagic => [0x8A, 0x0A, 0x6C, 0xFC, 0x9C, 0x46, 0xF9, 0x20, 0x6A, 0xA8, 0x50, 0x19];

    /// <summary>The format of the file, or null.</summary>
    public static FileFormat? Match(FileSample file)
    {
        var start = file.Prefix.Span;
        return Pickle(start) ?? Named(start) ?? Compressed(start) ?? Weights(start, file.Length) ?? Zeros(start);
    }

    /// <summary>Pickles from protocol 2 on begin with the opcode PROTO (docs.python.org/3/library/pickle.html, pickletools).</summary>
    private static FileFormat? Pickle(ReadOnlySpan<byte> start)
    {
        if (start.Length < 3 || start[0] != 0x80 || start[1] is < 2 or > 5)
            return null;

        int protocol = start[1];
        if (start[2..].StartsWith(LegacyTorchMagic))
            return new FileFormat("a PyTorch file in the format from before version 1.6", FileFormat.PyTorch);
        if (start.IndexOf("torch"u8) >= 0)
            return new FileFormat($"a Python pickle (protocol {protocol}) that holds PyTorch objects", FileFormat.PyTorch);
        if (start.IndexOf("joblib"u8) >= 0)
            return new FileFormat($"a joblib file (a Python pickle, protocol {protocol})", FileFormat.Pickle);
        var of = start.IndexOf("sklearn"u8) >= 0 ? " of scikit-learn" : "";
        return new FileFormat($"a Python pickle (protocol {protocol}){of}", FileFormat.Pickle);
    }

    private static FileFormat? Named(ReadOnlySpan<byte> start) => start switch
    {
        [0x89, (byte)'H', (byte)'D', (byte)'F', ..] => new FileFormat("an HDF5 file, as Keras writes it", FileFormat.Keras),
        [0x93, (byte)'N', (byte)'U', (byte)'M', (byte)'P', (byte)'Y', ..] => new FileFormat("a NumPy array (.npy)", FileFormat.Pickle),
        _ when HasAt(start, 4, "TFL3"u8) => new FileFormat("a TensorFlow Lite model", FileFormat.TensorFlowLite),
        _ when HasAt(start, 4, "ORTM"u8) => new FileFormat(
            "an ONNX Runtime .ort file",
            Advice: "That format is tied to one version of ONNX Runtime, which checks it less than a model; "
                + "give the .onnx file that it was made from."),
        _ when start.StartsWith("GGUF"u8) => new FileFormat("a GGUF file", FileFormat.Weights),
        _ when start.StartsWith("CBM1"u8) => new FileFormat("a CatBoost model", FileFormat.Trees),
        _ when start.StartsWith("binf"u8) || start.StartsWith("bs64"u8) => new FileFormat("an XGBoost model (old binary format)", FileFormat.Trees),
        _ when start.Length >= 8 && BinaryPrimitives.ReadUInt64LittleEndian(start) == 0x112 => new FileFormat("MXNet parameters (.params)", FileFormat.MxNet),
        _ => null,
    };

    private static FileFormat? Compressed(ReadOnlySpan<byte> start)
    {
        var kind = start switch
        {
            [0x1F, 0x8B, ..] => "a gzip-compressed file",
            [(byte)'B', (byte)'Z', (byte)'h', >= (byte)'1' and <= (byte)'9', ..] => "a bzip2-compressed file",
            [0xFD, (byte)'7', (byte)'z', (byte)'X', (byte)'Z', 0, ..] => "an xz-compressed file",
            [0x28, 0xB5, 0x2F, 0xFD, ..] => "a Zstandard-compressed file",
            [0x04, 0x22, 0x4D, 0x18, ..] => "an LZ4-compressed file",
            [0x78, 0x01 or 0x5E or 0x9C or 0xDA, ..] => "zlib-compressed data (joblib writes such files)",
            [(byte)'7', (byte)'z', 0xBC, 0xAF, ..] => "a 7z archive",
            _ when HasAt(start, 257, "ustar"u8) => "a tar archive",
            _ => null,
        };
        return kind is null ? null : new FileFormat(kind, Advice: "Unpack it and give the .onnx file inside; for other models see docs/convert.md.");
    }

    /// <summary>safetensors: the length of a JSON header as a 64-bit number, then the header (github.com/huggingface/safetensors).</summary>
    private static FileFormat? Weights(ReadOnlySpan<byte> start, long length)
    {
        if (start.Length < 9 || start[8] != (byte)'{')
            return null;
        var header = BinaryPrimitives.ReadUInt64LittleEndian(start);
        return header >= 2 && header <= (ulong)(length - 8) ? new FileFormat("a safetensors file: weights without a graph", FileFormat.Weights) : null;
    }

    private static FileFormat? Zeros(ReadOnlySpan<byte> start) =>
        start.ContainsAnyExcept((byte)0) ? null : new FileFormat("zeros only", Advice: "Was a copy or a download cut short?");

    private static bool HasAt(ReadOnlySpan<byte> start, int offset, ReadOnlySpan<byte> magic) =>
        start.Length >= offset + magic.Length && start.Slice(offset, magic.Length).SequenceEqual(magic);
}
