using System.Text;
using System.Text.Json;

namespace Bullpen.Tests.Protocols;

/// <summary>What a caller is told who gets it wrong: 4xx, in the protocol's shape, with names, and nothing that is not theirs.</summary>
public sealed class BadInputTests(SampleServer shared) : IClassFixture<SampleServer>
{
    private RunningServer Server => shared.Server;

    [Theory]
    [InlineData("{", 422)]
    [InlineData("", 422)]
    [InlineData("[]", 422)]
    [InlineData("{\"model_id\":\"sentiment\"}", 422, "input_data")]
    [InlineData("{\"input_data\":\"x\"}", 422, "model_id")]
    [InlineData("{\"model_id\":5,\"input_data\":\"x\"}", 422, "model_id")]
    [InlineData("{\"model_id\":\"sentiment\",\"model_id\":\"spam\",\"input_data\":\"x\"}", 422)]
    [InlineData("{\"model_id\":\"sentiment\",\"input_data\":5}", 422, "text")]
    [InlineData("{\"model_id\":\"sentiment\",\"input_data\":[]}", 422, "text")]
    [InlineData("{\"model_id\":\"sentiment\",\"input_data\":null}", 422, "text")]
    [InlineData("{\"model_id\":\"image\",\"input_data\":\"../../NOTICE\"}", 422, "image")]
    [InlineData("{\"model_id\":\"image\",\"input_data\":\"/etc/passwd\"}", 422, "image")]
    [InlineData("{\"model_id\":\"image\",\"input_data\":\"README.md\"}", 422, "image")]
    [InlineData("{\"model_id\":\"image\",\"input_data\":\"http://127.0.0.1/cat.jpg\"}", 422, "image")]
    [InlineData("{\"model_id\":\"image\",\"input_data\":\"no-such-file.jpg\"}", 422, "image")]
    [InlineData("{\"model_id\":\"image\",\"input_data\":\"data:image/png;base64,AAAA\"}", 422, "image")]
    [InlineData("{\"model_id\":\"india\",\"input_data\":{\"action\":[1,2],\"david\":[1]}}", 422, "david")]
    [InlineData("{\"model_id\":\"india\",\"input_data\":{\"action\":[1]}}", 422, "david")]
    [InlineData("{\"model_id\":\"india\",\"input_data\":{\"action\":[1],\"david\":[1],\"eve\":[1]}}", 422, "eve")]
    [InlineData("{\"model_id\":\"india\",\"input_data\":{\"action\":[],\"david\":[]}}", 422)]
    [InlineData("{\"model_id\":\"india\",\"input_data\":{\"action\":[\"a\"],\"david\":[1]}}", 422, "action")]
    [InlineData("{\"model_id\":\"india\",\"input_data\":{\"action\":[1.5],\"david\":[1]}}", 422, "action")]
    [InlineData("{\"model_id\":\"\\ud800\",\"input_data\":\"x\"}", 422, "model_id")]
    [InlineData("{\"model_id\":\"sentiment\",\"model_version\":\"\\ud800\",\"input_data\":\"x\"}", 422, "model_version")]
    [InlineData("{\"model_id\":\"sentiment\",\"input_data\":\"x\",\"\\ud800\":1}", 422)]
    [InlineData("{\"model_id\":\"india\",\"input_data\":{\"\\ud800\":[1],\"david\":[1]}}", 422)]
    [InlineData("{\"model_id\":\"image\",\"input_data\":\"data:image/png;base64,!\"}", 422, "image")]
    [InlineData("{\"model_id\":\"nobody\",\"input_data\":\"x\"}", 404)]
    public async Task A_bad_predict_is_refused_as_FastAPI_would(string body, int status, string? field = null)
    {
        var answer = (await Server.PostAsync("/predict", body)).ShouldGiveNothingAway();

        answer.Status.ShouldBe(status, answer.Body);
        answer.Text("/detail").ShouldNotBeNullOrEmpty();
        if (field is null) return;
        answer.Text("/field")!.ShouldContain(field);
        answer.Text("/expected").ShouldNotBeNullOrEmpty();
        answer.Text("/got").ShouldNotBeNullOrEmpty();
    }

    [Theory]
    [InlineData("/predictions/india", "application/json", "{\"action\":{\"0\":1,\"1\":2},\"david\":{\"0\":1,\"2\":2}}", 400)]
    [InlineData("/predictions/india", "application/json", "{\"action\":", 400)]
    [InlineData("/predictions/india", "text/csv", "action,david\n1\n", 400)]
    [InlineData("/predictions/india", "application/xml", "<a/>", 400)]
    [InlineData("/predictions/india", "application/json", "{\"inputs\":[{\"name\":\"action\",\"shape\":[1,-1],\"datatype\":\"INT64\",\"data\":[1]}]}", 400)]
    [InlineData("/predictions/image", "image/jpeg", "not a picture", 400)]
    [InlineData("/predictions/nobody", "application/json", "{}", 404)]
    [InlineData("/models", "application/json", "{\"model_name\":\"x\"}", 400)]
    [InlineData("/models", "application/json", "{\"model_name\":\"x\",\"url\":\"../secrets\"}", 404)]
    [InlineData("/models", "application/json", "{\"model_name\":\"x\",\"url\":\"/etc\"}", 404)]
    [InlineData("/models", "application/json", "{\"model_name\":\"sentiment\",\"url\":\"india\"}", 409)]
    [InlineData("/models", "application/json", "{\"model_name\":\"a/b\",\"url\":\"india\"}", 400)]
    [InlineData("/models?url=india&model_name=q&initial_workers=x", "application/json", "", 400)]
    [InlineData("/models", "application/json", "{\"model_name\":\"\\ud800\",\"url\":\"india\"}", 400)]
    [InlineData("/models", "application/json", "{\"model_name\":\"x\",\"url\":\"\\ud800\"}", 400)]
    [InlineData("/no-such-route", "application/json", "{}", 404)]
    [InlineData("/ping", "application/json", "{}", 405)]
    public async Task A_bad_request_is_refused_as_multi_model_server_would(string path, string type, string body, int status)
    {
        var answer = (await Server.PostAsync(path, body, type)).ShouldGiveNothingAway();

        answer.Status.ShouldBe(status, answer.Body);
        answer.At("/code").GetInt32().ShouldBe(status);
        answer.Text("/type")!.ShouldEndWith("Exception");
        answer.Text("/message").ShouldNotBeNullOrEmpty();
    }

    [Fact]
    public async Task The_wrong_verb_is_refused_in_the_words_of_the_paths_protocol_and_told_which_would_do()
    {
        using var response = await Server.Client.GetAsync("/predict");

        ((int)response.StatusCode).ShouldBe(405);
        response.Content.Headers.Allow.ShouldBe(["POST"]);
        (await response.Content.ReadAsStringAsync()).ShouldStartWith("{\"detail\":");
    }

    [Fact]
    public async Task An_unknown_model_is_answered_with_near_names()
    {
        var answer = await Server.PredictAsync("sentimant", "x");

        answer.Status.ShouldBe(404);
        answer.Text("/detail").ShouldBe("Model not found: sentimant");
        answer.Text("/suggestions/0").ShouldBe("sentiment");
    }

    [Fact]
    public async Task A_body_over_the_limit_is_refused_by_name()
    {
        await using var small = await RunningServer.StartAsync(options => options with { MaxBody = 1000 });

        var answer = await small.PredictAsync("sentiment", new string('x', 2000));
        var mms = await small.PostAsync("/predictions/sentiment", new string('x', 2000), "text/plain");

        answer.Status.ShouldBe(413);
        answer.Text("/detail")!.ShouldContain("--max-body");
        mms.Status.ShouldBe(413);
        mms.At("/code").GetInt32().ShouldBe(413);
    }

    [Fact]
    public async Task JSON_nested_too_deep_is_refused_and_the_limit_named()
    {
        var answer = await Server.PostAsync("/predict", new string('[', 100_000) + new string(']', 100_000));

        answer.Status.ShouldBe(422);
        answer.Text("/detail")!.ShouldContain("100");
    }

    [Fact]
    public async Task Bytes_that_are_not_UTF8_are_refused()
    {
        var body = Encoding.UTF8.GetBytes("{\"model_id\":\"sentiment\",\"input_data\":\"?\"}");
        body[Array.IndexOf(body, (byte)'?')] = 0xFF;

        (await Server.PostAsync("/predict", body, "application/json")).Status.ShouldBe(422);
    }

    [Theory]
    [InlineData("/predict", 422)]
    [InlineData("/predictions/image", 400)]
    [InlineData("/models", 400)]
    public async Task A_body_compressed_as_nobody_reads_it_is_refused_by_name(string path, int status)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new ByteArrayContent([0x1F, 0x8B, 8]) };
        request.Content.Headers.ContentEncoding.Add("br");

        var answer = await Server.SendAsync(request);

        answer.Status.ShouldBe(status, answer.Body);
        answer.Text("/field").ShouldBe("Content-Encoding");
        answer.Text("/got").ShouldBe("br");
    }

    [Fact]
    public async Task A_body_that_says_it_is_not_encoded_is_read()
    {
        var request = new HttpRequestMessage(HttpMethod.Post, "/predictions/sentiment") { Content = new StringContent("great") };
        request.Content.Headers.ContentEncoding.Add("identity");

        (await Server.SendAsync(request)).Status.ShouldBe(200);
    }

    [Theory]
    [InlineData("/predict", "{\"model_id\":\"sentiment\",\"input_data\":\"great\"}", "application/json")]
    [InlineData("/predictions/sentiment", "\"great\"", "application/json")]
    [InlineData("/predictions/sentiment", "[\"great\"]", null)]
    public async Task A_byte_order_mark_before_JSON_is_passed_over(string path, string body, string? type) =>
        (await Server.PostAsync(path, [0xEF, 0xBB, 0xBF, .. Encoding.UTF8.GetBytes(body)], type)).Status.ShouldBe(200);

    [Fact]
    public async Task Without_a_data_folder_a_path_is_told_which_option_names_one()
    {
        await using var bare = await RunningServer.StartAsync(options => options with { Data = null });

        foreach (var path in new[] { "cat.jpg", "/nonexistent/cat.jpg" })
        {
            var answer = await bare.PredictAsync("image", path);

            answer.Status.ShouldBe(422, answer.Body);
            answer.Text("/detail")!.ShouldContain("--data");
        }
    }

    [Fact]
    public async Task A_wrong_verb_is_answered_with_the_right_ones()
    {
        using var response = await Server.Client.PatchAsync("/models/sentiment", new StringContent("{}"));

        ((int)response.StatusCode).ShouldBe(405);
        response.Content.Headers.Allow.ShouldBe(["DELETE", "GET", "HEAD", "PUT"], ignoreOrder: true);
    }

    [Theory]
    [InlineData("/models")]
    [InlineData("/models/sentiment")]
    public async Task What_can_be_read_also_answers_HEAD(string path)
    {
        var answer = await Server.SendAsync(new HttpRequestMessage(HttpMethod.Head, path));

        answer.Status.ShouldBe(200);
        answer.Body.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_client_that_hangs_up_costs_nobody_anything()
    {
        using var impatience = new CancellationTokenSource();
        var requests = Enumerable.Range(0, 20).Select(_ => Server.Client.PostAsync(
            "/predict", new StringContent(JsonSerializer.Serialize(new { model_id = "image", input_data = "cat.jpg" })), impatience.Token)).ToList();
        await impatience.CancelAsync();
        foreach (var request in requests) await Record.ExceptionAsync(() => request);

        var answer = await Server.PredictAsync("image", "cat.jpg");

        answer.Text("/prediction/label").ShouldBe("Cat");
    }

    [Theory]
    [InlineData("/v2/models/sentiment/generate", "{\"text\":\"\\ud800\"}")]
    [InlineData("/v2/models/sentiment/infer", "{\"inputs\":[{\"name\":\"text\",\"shape\":[1],\"datatype\":\"BYTES\",\"data\":[\"\\ud800\"]}]}")]
    [InlineData("/v1/models/sentiment:predict", "{\"instances\":[\"\\ud800\"]}", "a string that is not")]
    public async Task Half_a_surrogate_pair_is_told_as_what_it_is(string path, string body, string told = "half a surrogate pair")
    {
        var answer = await shared.Server.PostAsync(path, body);

        answer.Status.ShouldBe(400, answer.Body);
        answer.Body.ShouldContain(told);
    }

    [Theory]
    [InlineData("/v1/models/india:predict", "{\"instances\":[[NaN,1]]}", "got NaN")]
    [InlineData("/v1/models/india:predict", "{\"instances\":[[-Infinity,1]]}", "got -Infinity")]
    [InlineData("/v2/models/india/infer", "{\"inputs\":[{\"name\":\"action\",\"shape\":[1,1],\"datatype\":\"INT64\",\"data\":[NaN]},{\"name\":\"david\",\"shape\":[1,1],\"datatype\":\"INT64\",\"data\":[1]}]}", "got NaN")]
    public async Task A_bare_NaN_where_none_can_be_is_not_told_as_a_string(string path, string body, string told)
    {
        var answer = await shared.Server.PostAsync(path, body);

        answer.Status.ShouldBe(400, answer.Body);
        answer.Body.ShouldContain(told);
    }
}
