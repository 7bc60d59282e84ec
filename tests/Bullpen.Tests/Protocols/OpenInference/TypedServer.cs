using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using Bullpen.TestKit;

namespace Bullpen.Tests.Protocols.OpenInference;

/// <summary>One server over the sample models and, for each element type, a model that gives back what it takes.</summary>
public sealed class TypedServer : IAsyncLifetime
{
    internal const string LengthHeader = "Inference-Header-Content-Length";

    private readonly TempFolder _repository = new();

    public RunningServer Server { get; private set; } = null!;

    public async Task InitializeAsync()
    {
        foreach (var file in Directory.EnumerateFiles(Checkout.At("tests", "Bullpen.Onnx.Tests", "Models"), "*.onnx"))
            _repository.Copy(file, Path.GetFileName(file));
        foreach (var name in new[] { "india", "sentiment", "spam", "iris" })
            _repository.Copy(Checkout.At("samples", "models", name, "model.onnx"), name + ".onnx");
        Server = await RunningServer.StartAsync(_repository.Path);
    }

    public async Task DisposeAsync()
    {
        await Server.DisposeAsync();
        _repository.Dispose();
    }

    /// <summary>Sends a body of JSON and what follows it, and takes an answer of both.</summary>
    internal async Task<BinaryAnswer> InferAsync(string model, string json, byte[]? binary = null, string? length = null, params (string, string)[] headers)
    {
        var text = Encoding.UTF8.GetBytes(json);
        var content = new ByteArrayContent([.. text, .. binary ?? []]);
        content.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream");
        return await SendAsync(model, content, length ?? (binary is null ? null : text.Length.ToString(CultureInfo.InvariantCulture)), headers);
    }

    internal async Task<BinaryAnswer> SendAsync(string model, HttpContent content, string? length, params (string Name, string Value)[] headers)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, $"/v2/models/{model}/infer") { Content = content };
        if (length is not null) request.Headers.TryAddWithoutValidation(LengthHeader, length);
        foreach (var (name, value) in headers) request.Headers.TryAddWithoutValidation(name, value);
        using var response = await Server.Client.SendAsync(request);
        var body = await response.Content.ReadAsByteArrayAsync();
        var said = response.Headers.TryGetValues(LengthHeader, out var values) ? values.Single() : null;
        return new BinaryAnswer((int)response.StatusCode, body, said, string.Join(',', response.Content.Headers.ContentEncoding));
    }

    /// <summary>A request of one tensor in JSON.</summary>
    internal static string Body(string type, string shape, string data, string more = "") =>
        $$"""{"inputs":[{"name":"x","datatype":"{{type}}","shape":{{shape}},"data":{{data}}}]{{more}}}""";

    /// <summary>A request of one tensor whose data follows.</summary>
    internal static string BinaryBody(string type, string shape, int size, string more = "") =>
        $$$"""{"inputs":[{"name":"x","datatype":"{{{type}}}","shape":{{{shape}}},"parameters":{"binary_data_size":{{{size}}}}}]{{{more}}}}""";
}
