using System.Globalization;
using System.Text;

namespace Bullpen.Onnx.Graphs;

/// <summary>
/// Moves what a graph has in its external file to addresses that every kernel can use. ONNX Runtime aligns what it writes there
/// only from 1 MiB on, but its kernels for AVX-512 read packed weights with instructions that end the process where an
/// address is no multiple of 64; in memory its allocator sees to that, and mapped weights are used where they lie.
/// </summary>
internal sealed class AlignedWeights : IDisposable
{
    private const int Alignment = 64;
    private const int PageSize = 4096;
    private const long LargestGraph = 256L << 20;
    private const string PrepackedPrefix = "prepacked_";

    private readonly FileStream _from;
    private readonly FileStream _to;
    private readonly Dictionary<(long Offset, long Length), long> _moved = [];

    private AlignedWeights(string weights, string aligned)
    {
        _from = File.OpenRead(weights);
        _to = File.Create(aligned);
    }

    /// <summary>Rewrites graph and weights in place; both are of an entry that nobody uses yet.</summary>
    /// <exception cref="InvalidDataException">The graph says something that this does not understand: it must not be used.</exception>
    public static void Rewrite(string graph, string weights)
    {
        if (new FileInfo(graph).Length > LargestGraph) throw new InvalidDataException("The optimised graph is too large.");
        var aligned = weights + ".aligned";
        using (var rewriting = new AlignedWeights(weights, aligned))
        {
            var rewritten = rewriting.Message(OnnxMessage.Model, File.ReadAllBytes(graph));
            File.WriteAllBytes(graph, rewritten);
        }

        File.Move(aligned, weights, overwrite: true);
    }

    /// <inheritdoc/>
    public void Dispose()
    {
        _from.Dispose();
        _to.Dispose();
    }

    private byte[] Message(OnnxMessage message, ReadOnlySpan<byte> bytes)
    {
        var lengths = message == OnnxMessage.Tensor ? ExternalLength(bytes) : null;
        var written = new MemoryStream(bytes.Length + 64);
        var reader = new ProtobufReader(bytes);
        while (reader.TryRead(out var field))
        {
            var inner = field.IsBytes ? message.Within(field.Number) : OnnxMessage.Other;
            if (inner == OnnxMessage.Other) written.Write(field.Whole);
            else Write(written, field.Number, inner == OnnxMessage.Entry ? Entry(field.Value, lengths) : Message(inner, field.Value));
        }

        return written.ToArray();
    }

    /// <summary>The entry <c>length</c> of a tensor's external data.</summary>
    private static long? ExternalLength(ReadOnlySpan<byte> tensor)
    {
        var reader = new ProtobufReader(tensor);
        while (reader.TryRead(out var field))
            if (field.IsBytes && field.Number == 13 && Pair(field.Value) is ("length", var value)) return Number(value);
        return null;
    }

    private byte[] Entry(ReadOnlySpan<byte> bytes, long? length)
    {
        var (key, value) = Pair(bytes);
        var moved = key switch
        {
            "offset" => Text(Move(Number(value), length ?? throw Strange("an offset without a length"))),
            _ when key.StartsWith(PrepackedPrefix, StringComparison.Ordinal) => Prepacked(value),
            "location" or "length" or "checksum" => value,
            _ => throw Strange(key),
        };
        var written = new MemoryStream();
        Write(written, 1, Encoding.UTF8.GetBytes(key));
        Write(written, 2, Encoding.UTF8.GetBytes(moved));
        return written.ToArray();
    }

    /// <summary>As ONNX Runtime writes it (tensor_external_data_info.cc): <c>key|offset;length;checksum|offset;length;checksum…</c></summary>
    private string Prepacked(string value)
    {
        var parts = value.Split('|');
        if (parts.Length < 2) throw Strange(value);
        for (var i = 1; i < parts.Length; i++)
        {
            if (parts[i].Split(';') is not [var offset, var length, var checksum]) throw Strange(value);
            parts[i] = $"{Text(Move(Number(offset), Number(length)))};{length};{checksum}";
        }

        return string.Join('|', parts);
    }

    private long Move(long offset, long length)
    {
        if (_moved.TryGetValue((offset, length), out var known)) return known;
        if (length > _from.Length - offset) throw Strange("an offset beyond the file's end");
        var alignment = length >= PageSize ? PageSize : Alignment;
        var place = (_to.Position + alignment - 1) / alignment * alignment;
        _to.Position = place;
        _from.Position = offset;
        var buffer = new byte[1 << 16];
        for (var left = length; left > 0;)
        {
            var read = _from.Read(buffer, 0, (int)Math.Min(left, buffer.Length));
            _to.Write(buffer, 0, read);
            left -= read;
        }

        return _moved[(offset, length)] = place;
    }

    private static (string Key, string Value) Pair(ReadOnlySpan<byte> entry)
    {
        var (key, value) = ("", "");
        var reader = new ProtobufReader(entry);
        while (reader.TryRead(out var field))
        {
            if (field.Number == 1) key = Encoding.UTF8.GetString(field.Value);
            if (field.Number == 2) value = Encoding.UTF8.GetString(field.Value);
        }

        return (key, value);
    }

    private static void Write(MemoryStream stream, ulong field, ReadOnlySpan<byte> value)
    {
        WriteVarint(stream, (field << 3) | 2);
        WriteVarint(stream, (ulong)value.Length);
        stream.Write(value);
    }

    private static void WriteVarint(MemoryStream stream, ulong value)
    {
        for (; value >= 0x80; value >>= 7) stream.WriteByte((byte)(value | 0x80));
        stream.WriteByte((byte)value);
    }

    private static long Number(string text) =>
        long.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) ? number : throw Strange(text);

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);

    private static InvalidDataException Strange(string what) => new($"The optimised graph has external data that is not understood: {what}.");
}
