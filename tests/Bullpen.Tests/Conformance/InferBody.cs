using System.Buffers;
using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Bullpen.Core.Tensors;
using Bullpen.Tests.Protocols.OpenInference;

namespace Bullpen.Tests.Conformance;

/// <summary>Writes a request of REST V2 from tensors, with none of the server's own code for it.</summary>
internal static class InferBody
{
    private static readonly string[] Names =
        ["", "FP32", "UINT8", "INT8", "UINT16", "INT16", "INT32", "INT64", "BYTES", "BOOL", "FP16", "FP64", "UINT32", "UINT64", "", "", "BF16"];

    /// <summary>The protocol's name of an element type.</summary>
    internal static string NameOf(ElementType type) => Names[(int)type];

    /// <summary>The element type of a protocol's name.</summary>
    internal static ElementType TypeOf(string name) => (ElementType)Array.IndexOf(Names, name);

    /// <summary>All of it in JSON.</summary>
    internal static HttpContent InJson(IEnumerable<(string Name, Tensor Tensor)> inputs) => new StringContent(
        $$"""{"inputs":[{{string.Join(',', inputs.Select(input => Input(input.Name, input.Tensor, $"\"data\":[{Data(input.Tensor)}]")))}}]}""",
        Encoding.UTF8, "application/json");

    /// <summary>The data behind the JSON; so is the answer's.</summary>
    internal static HttpContent InBinary(IEnumerable<(string Name, Tensor Tensor)> inputs)
    {
        var binary = new ArrayBufferWriter<byte>();
        var described = new List<string>();
        foreach (var (name, tensor) in inputs)
        {
            var start = binary.WrittenCount;
            Write(tensor, binary);
            described.Add(Input(name, tensor, $$$"""
                "parameters":{"binary_data_size":{{{binary.WrittenCount - start}}}}
                """));
        }

        var json = Encoding.UTF8.GetBytes($$$"""{"inputs":[{{{string.Join(',', described)}}}],"parameters":{"binary_data_output":true}}""");
        var content = new ByteArrayContent([.. json, .. binary.WrittenSpan]);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
        content.Headers.Add(TypedServer.LengthHeader, json.Length.ToString(CultureInfo.InvariantCulture));
        return content;
    }

    private static string Input(string name, Tensor tensor, string data) =>
        $$"""{"name":{{JsonSerializer.Serialize(name)}},"datatype":"{{NameOf(tensor.Type)}}","shape":{{tensor.Shape}},{{data}}}""";

    private static void Write(Tensor tensor, ArrayBufferWriter<byte> to)
    {
        to.Write(tensor.Bytes.Span);
        foreach (var text in tensor.Strings)
        {
            to.Write(BitConverter.GetBytes(text.Length));
            to.Write(text.Span);
        }
    }

    private static string Data(Tensor tensor) => tensor.Type switch
    {
        ElementType.String => string.Join(',', tensor.Strings.Select(text => JsonSerializer.Serialize(Encoding.UTF8.GetString(text.Span)))),
        ElementType.Boolean => Joined(tensor, (byte value) => value != 0 ? "true" : "false"),
        ElementType.Float16 => Joined(tensor, (Half value) => Text((float)value)),
        ElementType.BFloat16 => Joined(tensor, (ushort value) => Text(BitConverter.UInt32BitsToSingle((uint)value << 16))),
        ElementType.Float32 => Joined<float>(tensor, Text),
        ElementType.Float64 => Joined<double>(tensor, Text),
        ElementType.Int8 => Joined<sbyte>(tensor, Text),
        ElementType.Int16 => Joined<short>(tensor, Text),
        ElementType.Int32 => Joined<int>(tensor, Text),
        ElementType.Int64 => Joined<long>(tensor, Text),
        ElementType.UInt8 => Joined<byte>(tensor, Text),
        ElementType.UInt16 => Joined<ushort>(tensor, Text),
        ElementType.UInt32 => Joined<uint>(tensor, Text),
        _ => Joined<ulong>(tensor, Text),
    };

    private static string Joined<T>(Tensor tensor, Func<T, string> text)
        where T : unmanaged => string.Join(',', tensor.Values<T>().ToArray().Select(text));

    // The invariant culture's NaN and Infinity are the bare words that the protocol's Python clients write.
    private static string Text<T>(T value)
        where T : IFormattable => value.ToString(null, CultureInfo.InvariantCulture);
}
