using System.Globalization;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using Bullpen.Core.Tensors;
using Bullpen.Tests.Protocols.OpenInference;

namespace Bullpen.Tests.Conformance;

/// <summary>Reads tensors from an answer of REST V2, with none of the server's own code for it.</summary>
internal sealed partial record InferAnswer(int Status, string Json, ReadOnlyMemory<byte> Binary)
{
    /// <summary>Sends a request to a model.</summary>
    internal static async Task<InferAnswer> AskAsync(HttpClient client, string model, HttpContent content)
    {
        using var response = await client.PostAsync(new Uri($"/v2/models/{model}/infer", UriKind.Relative), content);
        var body = await response.Content.ReadAsByteArrayAsync();
        var length = response.Headers.TryGetValues(TypedServer.LengthHeader, out var said) ? int.Parse(said.Single(), CultureInfo.InvariantCulture) : body.Length;
        return new InferAnswer((int)response.StatusCode, Encoding.UTF8.GetString(body, 0, length), body.AsMemory(length));
    }

    /// <summary>The outputs, in the answer's order.</summary>
    internal IReadOnlyList<(string Name, Tensor Tensor)> Outputs()
    {
        using var json = JsonDocument.Parse(BareWord().Replace(Json, "\"$0\""));
        var left = Binary;
        var outputs = new List<(string, Tensor)>();
        foreach (var output in json.RootElement.GetProperty("outputs").EnumerateArray())
        {
            var type = InferBody.TypeOf(output.GetProperty("datatype").GetString()!);
            var shape = new TensorShape([.. output.GetProperty("shape").EnumerateArray().Select(dimension => dimension.GetInt64())]);
            Tensor tensor;
            if (output.TryGetProperty("parameters", out var parameters))
            {
                var size = parameters.GetProperty("binary_data_size").GetInt32();
                tensor = FromBinary(type, shape, left[..size]);
                left = left[size..];
            }
            else
            {
                tensor = FromJson(type, shape, [.. output.GetProperty("data").EnumerateArray()]);
            }

            outputs.Add((output.GetProperty("name").GetString()!, tensor));
        }

        left.Length.ShouldBe(0);
        return outputs;
    }

    private static Tensor FromBinary(ElementType type, TensorShape shape, ReadOnlyMemory<byte> data)
    {
        if (type != ElementType.String) return Tensor.FromBytes(type, shape, data);
        var strings = new List<ReadOnlyMemory<byte>>();
        while (!data.IsEmpty)
        {
            var end = sizeof(int) + BitConverter.ToInt32(data.Span);
            strings.Add(data[sizeof(int)..end]);
            data = data[end..];
        }

        return Tensor.FromStrings(shape, [.. strings]);
    }

    private static Tensor FromJson(ElementType type, TensorShape shape, JsonElement[] data)
    {
        return type switch
        {
            ElementType.String => Tensor.FromStrings(shape, data.Select(value => value.GetString()!)),
            ElementType.Boolean => Of(value => value.GetBoolean()),
            ElementType.Float16 => Of(value => (Half)Number(value)),
            ElementType.BFloat16 => Of(value => (ushort)(BitConverter.SingleToUInt32Bits((float)Number(value)) >> 16)),
            ElementType.Float32 => Of(value => (float)Number(value)),
            ElementType.Float64 => Of(Number),
            ElementType.Int8 => Of(value => value.GetSByte()),
            ElementType.Int16 => Of(value => value.GetInt16()),
            ElementType.Int32 => Of(value => value.GetInt32()),
            ElementType.Int64 => Of(value => value.GetInt64()),
            ElementType.UInt8 => Of(value => value.GetByte()),
            ElementType.UInt16 => Of(value => value.GetUInt16()),
            ElementType.UInt32 => Of(value => value.GetUInt32()),
            _ => Of(value => value.GetUInt64()),
        };

        Tensor Of<T>(Func<JsonElement, T> read)
            where T : unmanaged => Tensor.FromValues<T>(type, shape, data.Select(read).ToArray());
    }

    private static double Number(JsonElement value) => value.ValueKind == JsonValueKind.Number
        ? value.GetDouble()
        : double.Parse(value.GetString()!, CultureInfo.InvariantCulture);

    [GeneratedRegex(@"(?<=[\[,])(NaN|-?Infinity)(?=[\],])", RegexOptions.ExplicitCapture, 5000)]
    private static partial Regex BareWord();
}
