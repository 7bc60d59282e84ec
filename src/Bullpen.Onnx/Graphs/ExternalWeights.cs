using System.Text;

namespace Bullpen.Onnx.Graphs;

/// <summary>
/// The files beside a model that it keeps weights in, as the model itself names them: every <c>location</c> of a tensor's
/// external data, in the graph, its subgraphs, attributes and functions (onnx.proto). Reads headers, not weights.
/// </summary>
internal sealed class ExternalWeights
{
    private const int MostNesting = 64;

    private readonly FileStream _file;
    private readonly HashSet<string> _locations = new(StringComparer.Ordinal);

    private ExternalWeights(FileStream file) => _file = file;

    /// <summary>The locations; empty for a model in one file.</summary>
    /// <exception cref="InvalidDataException">The file is no ONNX model.</exception>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static IReadOnlySet<string> Of(string path)
    {
        using var file = new FileStream(path, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        var scan = new ExternalWeights(file);
        scan.Walk(OnnxMessage.Model, file.Length, depth: 0);
        return scan._locations;
    }

    private void Walk(OnnxMessage message, long end, int depth)
    {
        if (depth > MostNesting) throw new InvalidDataException("It is nested too deeply.");
        string? key = null;
        while (_file.Position < end)
        {
            var tag = Varint();
            switch (tag & 7)
            {
                case 0: _ = Varint(); break;
                case 1: Skip(8, end); break;
                case 5: Skip(4, end); break;
                case 2:
                    var length = Varint();
                    if (length > (ulong)(end - _file.Position)) throw new InvalidDataException("It is cut short.");
                    if (message == OnnxMessage.Entry && tag >> 3 == 1) key = Text((int)length);
                    else if (message == OnnxMessage.Entry && tag >> 3 == 2 && key == "location") _locations.Add(Text((int)length));
                    else if (message.Within(tag >> 3) is not OnnxMessage.Other and var inner) Walk(inner, _file.Position + (long)length, depth + 1);
                    else Skip((long)length, end);
                    break;
                default: throw new InvalidDataException("It is no ONNX model.");
            }
        }
    }

    private void Skip(long length, long end)
    {
        if (length > end - _file.Position) throw new InvalidDataException("It is cut short.");
        _file.Seek(length, SeekOrigin.Current);
    }

    private string Text(int length)
    {
        var bytes = new byte[Math.Min(length, 4096)];
        _file.ReadExactly(bytes);
        _file.Seek(length - bytes.Length, SeekOrigin.Current);
        return Encoding.UTF8.GetString(bytes);
    }

    private ulong Varint()
    {
        var value = 0UL;
        for (var shift = 0; shift < 64; shift += 7)
        {
            var read = _file.ReadByte();
            if (read < 0) throw new InvalidDataException("It is cut short.");
            value |= (ulong)(read & 0x7F) << shift;
            if (read < 0x80) return value;
        }

        throw new InvalidDataException("It is no ONNX model.");
    }
}
