using System.Buffers.Binary;
using System.IO.Compression;
using System.Text;
using Bullpen.TestKit;

namespace Bullpen.Core.Tests.Repository;

/// <summary>The first bytes of many kinds of models, made by hand.</summary>
internal static class ModelBytes
{
    /// <summary>ir_version 8, producer "test", a graph named "g", opset 17.</summary>
    public static byte[] Onnx { get; } =
        [0x08, 8, 0x12, 4, (byte)'t', (byte)'e', (byte)'s', (byte)'t', 0x3A, 3, 0x12, 1, (byte)'g', 0x42, 2, 0x10, 17];

    /// <summary>Writes a file that can be an ONNX model.</summary>
    public static string Model(this TempFolder folder, string path) => folder.Write(path, Onnx);

    /// <summary>The same with the graph before everything else, as some writers put it.</summary>
    public static byte[] OnnxGraphFirst { get; } = [0x3A, 3, 0x12, 1, (byte)'g', 0x42, 2, 0x10, 17, 0x08, 8];

    /// <summary>A model that names TFLite's magic as its producer, at TFLite's very place.</summary>
    public static byte[] OnnxMadeByTfl3 { get; } =
        [0x08, 8, 0x12, 4, (byte)'T', (byte)'F', (byte)'L', (byte)'3', 0x3A, 3, 0x12, 1, (byte)'g'];

    public static byte[] Pickle(int protocol = 4, string payload = "collections\nOrderedDict") =>
        [0x80, (byte)protocol, 0x95, 0x20, 0, 0, 0, 0, 0, 0, 0, 0x8C, .. Encoding.ASCII.GetBytes(payload), 0x94, (byte)'.'];

    public static byte[] LegacyTorch { get; } = [0x80, 2, 0x8A, 0x0A, 0x6C, 0xFC, 0x9C, 0x46, 0xF9, 0x20, 0x6A, 0xA8, 0x50, 0x19, (byte)'.'];

    public static byte[] MxNetParams { get; } = [0x12, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 2, 0, 0, 0, 0, 0, 0, 0];

    public static byte[] Safetensors
    {
        get
        {
            var header = Encoding.ASCII.GetBytes("""{"w":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}""");
            var length = new byte[8];
            BinaryPrimitives.WriteInt64LittleEndian(length, header.Length);
            return [.. length, .. header, 0, 0, 0, 0];
        }
    }

    /// <summary>GraphDef with one node { name: "x" op: "Placeholder" }.</summary>
    public static byte[] FrozenGraph { get; } = [0x0A, 16, 0x0A, 1, (byte)'x', 0x12, 11, .. "Placeholder"u8, 0x22, 2, 0x08, 27];

    public static byte[] SavedModel { get; } = [0x08, 1, 0x12, 4, 0x0A, 2, 0x12, 0];

    /// <summary>specificationVersion 4, description { input {} }, neuralNetwork = 500 {}.</summary>
    public static byte[] CoreMl { get; } = [0x08, 4, 0x12, 4, 0x0A, 2, 0x0A, 0, 0xA2, 0x1F, 0];

    public static byte[] At(int offset, string magic) => [.. Enumerable.Repeat((byte)0x1C, 1), .. new byte[offset - 1], .. Encoding.ASCII.GetBytes(magic), .. new byte[16]];

    public static byte[] Zip(params string[] names)
    {
        using var stream = new MemoryStream();
        using (var zip = new ZipArchive(stream, ZipArchiveMode.Create))
        {
            foreach (var name in names)
            {
                using var entry = zip.CreateEntry(name).Open();
                entry.WriteByte(1);
            }
        }

        return stream.ToArray();
    }

    public static byte[] Text(string text) => Encoding.UTF8.GetBytes(text);
}
