using System.Text;
using System.Text.Json;
using Bullpen.TestKit;
using Bullpen.Tests.Hosting;

namespace Bullpen.Tests.SageMaker;

/// <summary>The program as SageMaker starts it: <c>serve</c>, and everything else in the environment. Real models.</summary>
public sealed class SageMakerContainerTests : IDisposable
{
    private const string Name = "ec1cd2ad0b4ad18ae1e6ae1ed7f15d6b";

    private readonly TempFolder _base = new();
    private readonly int _port = ServerChild.FreePort();
    private readonly HttpClient _client;

    public SageMakerContainerTests() => _client = new HttpClient { BaseAddress = new Uri($"http://127.0.0.1:{_port}") };

    public void Dispose()
    {
        _client.Dispose();
        _base.Dispose();
    }

    [SkippableFact]
    public async Task A_multi_model_container_serves_what_the_platform_loads()
    {
        Skip.If(Directory.Exists("/opt/ml/models"), "/opt/ml/models exists here, so it is no alias of the model store.");
        Unpack($"models/{Name}/model");
        using var container = Start("true");
        var load = $$"""{"model_name":"{{Name}}","url":"/opt/ml/models/{{Name}}/model"}""";

        (await GetAsync("/ping")).Status.ShouldBe(200);
        (await GetAsync("/models")).Json.GetProperty("models").GetArrayLength().ShouldBe(0);
        (await InvokeAsync($"/models/{Name}/invoke")).Status.ShouldBe(404);
        (await PostAsync("/models", load)).Status.ShouldBe(200);
        (await PostAsync("/models", load)).Status.ShouldBe(409);
        (await InvokeAsync($"/models/{Name}/invoke")).Body.ShouldBe("""{"predictions":[6,9]}""");
        (await GetAsync("/models")).Json.GetProperty("models")[0].GetProperty("modelName").GetString().ShouldBe(Name);
        (await GetAsync("/execution-parameters")).Json.GetProperty("MaxPayloadInMB").GetInt32().ShouldBe(1);
        (await PostAsync($"/models/{Name}/invoke", new string('1', (1 << 20) + 1))).Status.ShouldBe(413);
        (await SendAsync(new HttpRequestMessage(HttpMethod.Delete, $"/models/{Name}"))).Status.ShouldBe(200);
        (await InvokeAsync($"/models/{Name}/invoke")).Status.ShouldBe(404);
    }

    [Fact]
    public async Task A_container_with_a_single_model_loads_it_at_the_start()
    {
        Unpack("model");
        using var container = Start("false");
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(60));
        while ((await GetAsync("/ping")).Status != 200) limit.IsCancellationRequested.ShouldBeFalse(container.Output);

        var listed = await GetAsync("/models?loaded=true");

        listed.Json.GetProperty("models")[0].GetProperty("modelName").GetString().ShouldBe("model");
        (await InvokeAsync("/predictions/model")).Body.ShouldBe("""{"predictions":[6,9]}""");
    }

    [Fact]
    public void A_single_model_that_is_none_ends_the_start_with_the_reason()
    {
        _base.Write("model/model.pkl", [0x80, 0x04, 0x95, (byte)'.']);
        using var container = New("false");

        container.WaitForExit().ShouldBe(1);
        container.Output.ShouldContain("docs/convert.md");
    }

    private void Unpack(string folder) => _base.Copy(Checkout.At("samples", "models", "india", "model.onnx"), $"{folder}/model.onnx");

    private ServerChild Start(string multiModel)
    {
        var container = New(multiModel);
        container.WaitForLine("listens on").ShouldContain($":{_port}");
        return container;
    }

    private ServerChild New(string multiModel) => new(
        new Dictionary<string, string>
        {
            ["SAGEMAKER_MULTI_MODEL"] = multiModel,
            ["SAGEMAKER_BASE_DIR"] = _base.Path,
            ["SAGEMAKER_BIND_TO_PORT"] = $"{_port}",
            ["SAGEMAKER_MAX_PAYLOAD_IN_MB"] = "1",
        },
        "serve");

    private Task<(int Status, string Body, JsonElement Json)> GetAsync(string path) => SendAsync(new HttpRequestMessage(HttpMethod.Get, path));

    private Task<(int Status, string Body, JsonElement Json)> InvokeAsync(string path) => PostAsync(path, """{"action":{"0":1,"1":1},"david":{"0":1,"1":2}}""");

    private Task<(int Status, string Body, JsonElement Json)> PostAsync(string path, string body) =>
        SendAsync(new HttpRequestMessage(HttpMethod.Post, path) { Content = new StringContent(body, Encoding.UTF8, "application/json") });

    private async Task<(int Status, string Body, JsonElement Json)> SendAsync(HttpRequestMessage request)
    {
        using var response = await _client.SendAsync(request);
        var body = await response.Content.ReadAsStringAsync();
        return ((int)response.StatusCode, body, JsonDocument.Parse(body).RootElement);
    }
}
