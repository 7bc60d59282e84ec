using System.Text.Json;
using Bullpen.Core.Tensors;
using Bullpen.Protocols.OpenInference;

namespace Bullpen.Tests.Protocols.OpenInference;

/// <summary>What the server and its models say of themselves.</summary>
public sealed class OpenInferenceServerTests(TypedServer typed) : IClassFixture<TypedServer>
{
    private readonly RunningServer _server = typed.Server;

    [Theory]
    [InlineData("/v2/health/live", """{"live":true}""")]
    [InlineData("/v2/health/ready", """{"ready":true}""")]
    public async Task Health_is_200_with_the_word_that_clients_read(string path, string body)
    {
        var answer = await _server.GetAsync(path);

        (answer.Status, answer.Body).ShouldBe((200, body));
    }

    [Fact]
    public async Task While_the_server_shuts_down_it_lives_and_is_not_ready()
    {
        await using var server = await RunningServer.StartAsync();
        server.BeginDrain();

        (await server.GetAsync("/v2/health/live")).Status.ShouldBe(200);
        var ready = await server.GetAsync("/v2/health/ready");
        (ready.Status, ready.Body).ShouldBe((503, """{"ready":false}"""));
        var refused = await server.PostAsync("/v2/models/india/infer", "{}");
        (refused.Status, refused.Text("/error")).ShouldBe((503, "The server is shutting down."));
    }

    [Theory]
    [InlineData("/v2")]
    [InlineData("/v2/")]
    public async Task The_server_names_itself_and_the_extensions_that_work(string path)
    {
        var answer = await _server.GetAsync(path);

        answer.Text("/name").ShouldBe("triton");
        answer.Text("/version").ShouldBe(ProductVersion.Text);
        answer.At("/extensions").EnumerateArray().Select(name => name.GetString()).ShouldBe(
            ["classification", "model_repository", "model_repository(unload_dependents)", "model_configuration", "binary_tensor_data", "parameters", "statistics", "schedule_policy", "logging"]);
    }

    [Fact]
    public async Task The_name_is_an_option()
    {
        await using var server = await RunningServer.StartAsync(options => options with { ServerName = "bullpen" });

        (await server.GetAsync("/v2")).Text("/name").ShouldBe("bullpen");
    }

    [Theory]
    [InlineData("/v2/models/identity_float16")]
    [InlineData("/v2/models/identity_float16/versions/1")]
    public async Task A_model_tells_its_versions_inputs_and_outputs(string path)
    {
        var answer = await _server.GetAsync(path);

        answer.Body.ShouldBe(
            """{"name":"identity_float16","versions":["1"],"platform":"onnxruntime_onnx","inputs":[{"name":"x","datatype":"FP16","shape":[-1,-1]}],"outputs":[{"name":"y","datatype":"FP16","shape":[-1,-1]}]}""");
    }

    [Theory]
    [InlineData("/v2/models/identity_float32/config")]
    [InlineData("/v2/models/identity_float32/versions/1/config")]
    public async Task A_models_configuration_is_that_of_its_signature(string path)
    {
        var answer = await _server.GetAsync(path);

        (answer.Text("/name"), answer.Text("/platform"), answer.Text("/backend")).ShouldBe(("identity_float32", "onnxruntime_onnx", "onnxruntime"));
        answer.At("/max_batch_size").GetInt32().ShouldBe(0);
        answer.At("/input").GetRawText().ShouldBe("""[{"name":"x","data_type":"TYPE_FP32","format":"FORMAT_NONE","dims":[-1,-1]}]""");
        answer.At("/output/0/name").GetString().ShouldBe("y");
        answer.Text("/default_model_filename").ShouldBe("identity_float32.onnx");
        answer.ShouldGiveNothingAway();
        (await _server.GetAsync("/v2/models/identity_string/config")).Text("/input/0/data_type").ShouldBe("TYPE_STRING");
    }

    [Theory]
    [InlineData("FORMAT_NCHW", 3, 224, 224)]
    [InlineData("FORMAT_NCHW", 1, 28, 28)]
    [InlineData("FORMAT_NHWC", 224, 224, 3)]
    [InlineData("FORMAT_NONE", 3, 3, 3)]
    [InlineData("FORMAT_NONE", -1, -1, 3)]
    [InlineData("FORMAT_NONE", 1, 3, 224, 224)]
    public void Only_what_can_be_nothing_but_a_picture_has_a_format(string format, params int[] dimensions) =>
        ModelConfiguration.FormatOf(new TensorShape([.. dimensions.Select(dimension => (long)dimension)])).ShouldBe(format);

    [Theory]
    [InlineData("/v2/models/nobody")]
    [InlineData("/v2/models/nobody/ready")]
    [InlineData("/v2/models/nobody/config")]
    [InlineData("/v2/models/nobody/stats")]
    public async Task An_unknown_model_is_404_in_the_words_that_clients_look_for(string path)
    {
        var answer = await _server.GetAsync(path);

        (answer.Status, answer.Text("/error")).ShouldBe((404, "Request for unknown model: 'nobody' is not found"));
    }

    [Fact]
    public async Task An_unknown_version_is_404_in_those_words_too()
    {
        var answer = await _server.PostAsync("/v2/models/india/versions/7/infer", """{"inputs":[]}""");

        (answer.Status, answer.Text("/error")).ShouldBe((404, "Request for unknown model: 'india' version 7 is not found"));
        answer.Text("/expected").ShouldBe("version 1");
    }

    [Theory]
    [InlineData("/v2/nowhere", 404)]
    [InlineData("/v2/models/india/infer", 405)]
    [InlineData("/v2/trace/setting", 404)]
    [InlineData("/v2/systemsharedmemory/status", 404)]
    public async Task A_path_or_a_verb_that_is_not_there_is_told_in_the_same_shape(string path, int status)
    {
        var answer = await _server.GetAsync(path);

        answer.Status.ShouldBe(status);
        answer.At("/error").ValueKind.ShouldBe(JsonValueKind.String);
    }

    [Fact]
    public async Task A_model_that_cannot_be_loaded_fails_in_the_words_that_clients_look_for()
    {
        var answer = await _server.PostAsync("/v2/models/type_error/infer", TypedServer.Body("FP32", "[1]", "[1]"));

        answer.Status.ShouldBe(400, answer.Body);
        answer.Text("/error")!.ShouldStartWith("failed to load 'type_error', ");
        (await _server.GetAsync("/v2/models/type_error/ready")).Status.ShouldBe(503);
    }

    [Fact]
    public async Task Statistics_count_every_request_with_as_many_queued_bound_and_run()
    {
        var before = await Stats();
        for (var at = 0; at < 3; at++)
            (await typed.InferAsync("identity_int8", TypedServer.Body("INT8", "[2,1]", "[1,2]"))).Status.ShouldBe(200);
        (await typed.InferAsync("identity_int8", TypedServer.Body("INT16", "[2,1]", "[1,2]"))).Status.ShouldBe(400);
        var after = await Stats();

        after.ShouldBe((before.Requests + 3, before.Failures + 1));
        async Task<(long Requests, long Failures)> Stats()
        {
            var answer = await _server.GetAsync("/v2/models/identity_int8/stats");
            answer.At("/model_stats").GetArrayLength().ShouldBe(1);
            (answer.Text("/model_stats/0/name"), answer.Text("/model_stats/0/version")).ShouldBe(("identity_int8", "1"));
            var stats = answer.At("/model_stats/0/inference_stats");
            var count = stats.GetProperty("success").GetProperty("count").GetInt64();
            foreach (var part in new[] { "queue", "compute_input", "compute_infer", "compute_output" })
                stats.GetProperty(part).GetProperty("count").GetInt64().ShouldBe(count, part);
            answer.At("/model_stats/0/execution_count").GetInt64().ShouldBe(count);
            if (count > 0)
            {
                var batch = answer.At("/model_stats/0/batch_stats").EnumerateArray().ShouldHaveSingleItem();
                batch.GetProperty("batch_size").GetInt32().ShouldBe(1);
                foreach (var part in new[] { "compute_input", "compute_infer", "compute_output" })
                {
                    stats.GetProperty(part).GetProperty("ns").GetInt64().ShouldBeGreaterThan(0, part);
                    batch.GetProperty(part).GetRawText().ShouldBe(stats.GetProperty(part).GetRawText(), part);
                }
            }

            return (count, stats.GetProperty("fail").GetProperty("count").GetInt64());
        }
    }

    [Fact]
    public async Task A_request_for_a_model_that_cannot_be_loaded_is_counted_as_failed_in_its_statistics()
    {
        var before = await Failures();

        (await _server.PostAsync("/v2/models/type_error/infer", TypedServer.Body("FP32", "[1]", "[1]"))).Status.ShouldBe(400);

        (await Failures()).ShouldBe(before + 1);
        async Task<long> Failures() => (await _server.GetAsync("/v2/models/type_error/stats")).At("/model_stats/0/inference_stats/fail/count").GetInt64();
    }

    [Fact]
    public async Task Statistics_of_all_list_those_in_memory_or_asked()
    {
        (await typed.InferAsync("identity_uint64", TypedServer.Body("UINT64", "[1,1]", "[1]"))).Status.ShouldBe(200);

        var names = (await _server.GetAsync("/v2/models/stats")).At("/model_stats").EnumerateArray().Select(model => model.GetProperty("name").GetString()).ToList();

        names.ShouldContain("identity_uint64");
        names.ShouldNotContain("loop");
        (await _server.GetAsync("/v2/models/identity_uint64/versions/1/stats")).At("/model_stats/0/memory_usage/0/byte_size").GetInt64().ShouldBeGreaterThan(0);
    }
}
