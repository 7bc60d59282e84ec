using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Bullpen.Core.Tensors;
using Bullpen.Protocols.OpenInference;
using Bullpen.TestKit;

namespace Bullpen.Tests.Protocols.OpenInference;

/// <summary><c>max_batch_size</c>: from a model's manifest or a load's configuration, in every protocol.</summary>
public sealed class OpenInferenceBatchTests
{
    private static readonly JsonSerializerOptions AsWritten = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    [Theory]
    [InlineData("/v2/models/sentiment/infer", """{"inputs":[{"name":"text","datatype":"BYTES","shape":[ROWS],"data":[TEXTS]}]}""", "/error", 400)]
    [InlineData("/v1/models/sentiment:predict", """{"instances":[TEXTS]}""", "/error", 400)]
    [InlineData("/predictions/sentiment", "[TEXTS]", "/message", 400)]
    [InlineData("/predict", """{"model_id":"sentiment","input_data":[TEXTS]}""", "/detail", 422)]
    public async Task One_row_more_than_the_manifest_allows_is_refused_in_Tritons_words_in_every_protocol(string path, string body, string message, int status)
    {
        using var repository = Repository("sentiment", "sentiment", """{"maxBatchSize":2}""");
        await using var server = await RunningServer.StartAsync(repository.Path);

        (await server.PostAsync(path, Rows(body, 2))).Status.ShouldBe(200);
        var refused = await server.PostAsync(path, Rows(body, 3));

        (refused.Status, refused.Text(message)).ShouldBe(
            (status, "inference request batch-size must be <= 2 for 'sentiment': expected at most 2 rows, got 3."), refused.Body);
    }

    [Fact]
    public async Task A_configuration_with_a_limit_shows_shapes_without_their_rows_and_the_metadata_shows_them_whole()
    {
        using var repository = Repository("sentiment", "m", """{"maxBatchSize":8}""");
        repository.Copy(Model("identity_float32"), "plain.onnx");
        await using var server = await RunningServer.StartAsync(repository.Path);
        var metadata = (await server.GetAsync("/v2/models/plain")).Body;
        (await LoadAsync(server, "plain", """{"max_batch_size":4}""")).Status.ShouldBe(200);

        var config = await server.GetAsync("/v2/models/m/config");
        var plain = await server.GetAsync("/v2/models/plain/config");

        config.At("/max_batch_size").GetInt32().ShouldBe(8);
        config.At("/input").GetRawText().ShouldBe("""[{"name":"text","data_type":"TYPE_STRING","format":"FORMAT_NONE","dims":[]}]""");
        plain.At("/input").GetRawText().ShouldBe("""[{"name":"x","data_type":"TYPE_FP32","format":"FORMAT_NONE","dims":[-1]}]""");
        plain.At("/output").GetRawText().ShouldBe("""[{"name":"y","data_type":"TYPE_FP32","dims":[-1]}]""");
        (await server.GetAsync("/v2/models/plain")).Body.ShouldBe(metadata);
    }

    [Theory]
    [InlineData("""{"max_batch_size":"16"}""")]
    [InlineData("""{"maxBatchSize":16}""")]
    public async Task A_load_sets_the_limit_as_number_or_digits_and_it_holds_until_another_load_says_otherwise(string config)
    {
        using var repository = Repository("sentiment", "m", """{"maxBatchSize":8}""");
        await using var server = await RunningServer.StartAsync(repository.Path);

        (await LoadAsync(server, "m", config)).Status.ShouldBe(200);

        (await LimitAsync(server)).ShouldBe(16);
        (await server.PostAsync("/v2/repository/models/m/unload", "")).Status.ShouldBe(200);
        (await server.PostAsync("/v2/repository/models/m/load", "")).Status.ShouldBe(200);
        (await LoadAsync(server, "m", """{"instance_group":[{"count":"2"}],"max_batch_size":null}""")).Status.ShouldBe(200);
        (await LimitAsync(server)).ShouldBe(16);
        (await LoadAsync(server, "m", """{"max_batch_size":0}""")).Status.ShouldBe(200);
        (await LimitAsync(server)).ShouldBe(0, "whatever the manifest says");
        (await server.PostAsync("/predictions/m", Rows("[TEXTS]", 30))).Status.ShouldBe(200);
    }

    [Theory]
    [InlineData("india")]
    [InlineData("iris")]
    [InlineData("penguins")]
    [InlineData("sentiment")]
    [InlineData("spam")]
    [InlineData("language_id")]
    [InlineData("guard")]
    [InlineData("expression")]
    [InlineData("fashion")]
    [InlineData("image")]
    public async Task What_a_model_shows_as_its_configuration_a_load_takes_back_whole(string model)
    {
        await using var server = await RunningServer.StartAsync();
        var shown = (await server.GetAsync($"/v2/models/{model}/config")).Body;

        var again = await LoadAsync(server, model, shown);

        again.Status.ShouldBe(200, again.Body);
        var limited = await LoadAsync(server, model, """{"max_batch_size":4}""");
        if (model is "expression" or "fashion" or "image")
        {
            limited.Status.ShouldBe(501, limited.Body);
            limited.Text("/error")!.ShouldStartWith($"failed to load '{model}', the configuration's field max_batch_size is not supported by this model, since ");
            (await server.GetAsync($"/v2/models/{model}/config")).Body.ShouldBe(shown);
            return;
        }

        limited.Status.ShouldBe(200, limited.Body);
        var config = JsonNode.Parse((await server.GetAsync($"/v2/models/{model}/config")).Body)!;
        config["max_batch_size"]!.GetValue<int>().ShouldBe(4);
        (await LoadAsync(server, model, config.ToJsonString())).Status.ShouldBe(200);
        config["max_batch_size"] = 5;
        (await LoadAsync(server, model, config.ToJsonString())).Status.ShouldBe(200);
        (await server.GetAsync($"/v2/models/{model}/config")).Body.ShouldBe(config.ToJsonString(AsWritten));
        (await LoadAsync(server, model, shown)).Status.ShouldBe(200);
        (await server.GetAsync($"/v2/models/{model}/config")).Body.ShouldBe(shown);
    }

    [Fact]
    public async Task Dims_are_read_beside_the_limit_that_the_load_gives()
    {
        using var repository = new TempFolder();
        repository.Copy(Model("identity_float32"), "m.onnx");
        await using var server = await RunningServer.StartAsync(repository.Path);
        var whole = """[{"name":"x","dims":["-1",-1]}]""";
        var row = """[{"name":"x","dims":[-1]}]""";

        (await LoadAsync(server, "m", $$"""{"input":{{row}}}""")).Text("/field").ShouldBe("config.input[0].dims");
        (await LoadAsync(server, "m", $$"""{"max_batch_size":4,"input":{{whole}}}""")).Status.ShouldBe(501);
        (await LimitAsync(server)).ShouldBe(0, "what is refused changes nothing");
        (await LoadAsync(server, "m", $$"""{"max_batch_size":4,"input":{{row}}}""")).Status.ShouldBe(200);
        (await LoadAsync(server, "m", $$"""{"input":{{row}}}""")).Status.ShouldBe(200);
        (await LoadAsync(server, "m", $$"""{"input":{{whole}}}""")).Status.ShouldBe(501);
        (await LoadAsync(server, "m", $$"""{"max_batch_size":"0","input":{{whole}}}""")).Status.ShouldBe(200);
    }

    [Fact]
    public async Task A_model_without_rows_does_not_load_with_a_limit_in_its_manifest()
    {
        using var repository = Repository("fashion", "m", """{"maxBatchSize":8}""");
        await using var server = await RunningServer.StartAsync(repository.Path);

        var load = await server.PostAsync("/v2/repository/models/m/load", "");

        load.Status.ShouldBe(400, load.Body);
        load.Text("/error")!.ShouldStartWith("failed to load 'm', Model m cannot have the \"maxBatchSize\" of its model.json, since its input ");
    }

    [Fact]
    public void A_batch_of_pictures_has_a_format_where_a_limit_leaves_it_three_dimensions()
    {
        var pictures = new TensorSpec("x", ElementType.Float32, new TensorShape(-1, 3, 224, 224));

        ModelConfiguration.FormatOf(ModelConfiguration.ShapeOf(pictures, maxBatchSize: 8)).ShouldBe("FORMAT_NCHW");
        ModelConfiguration.FormatOf(ModelConfiguration.ShapeOf(pictures, maxBatchSize: 0)).ShouldBe("FORMAT_NONE");
    }

    private static TempFolder Repository(string sample, string name, string manifest)
    {
        var repository = new TempFolder();
        repository.Copy(Checkout.At("samples", "models", sample, "model.onnx"), name + "/model.onnx");
        repository.Write(name + "/model.json", manifest);
        return repository;
    }

    private static string Model(string name) => Checkout.At("tests", "Bullpen.Onnx.Tests", "Models", name + ".onnx");

    private static string Rows(string body, int rows) =>
        body.Replace("ROWS", $"{rows}", StringComparison.Ordinal).Replace("TEXTS", string.Join(',', Enumerable.Repeat("\"great\"", rows)), StringComparison.Ordinal);

    private static async Task<int> LimitAsync(RunningServer server) => (await server.GetAsync("/v2/models/m/config")).At("/max_batch_size").GetInt32();

    private static Task<Answer> LoadAsync(RunningServer server, string model, string config) => server.PostAsync(
        $"/v2/repository/models/{model}/load", new JsonObject { ["parameters"] = new JsonObject { ["config"] = config } }.ToJsonString());
}
