using System.Net.Http.Headers;
using System.Text;
using Bullpen.TestKit;

namespace Bullpen.Tests.Protocols.Mms;

/// <summary>Every path to a prediction, and every kind of body.</summary>
public sealed class MmsInferenceTests(SampleServer sample) : IClassFixture<SampleServer>
{
    private const string Row = """{"action":[1],"david":[1]}""";

    private readonly RunningServer _server = sample.Server;

    [Theory]
    [InlineData("/predictions/india")]
    [InlineData("/invocations?model_name=india")]
    [InlineData("/models/india/invoke")]
    [InlineData("/india/predict")]
    public async Task Every_path_leads_to_the_same_prediction(string path) =>
        (await _server.PostAsync(path, Row)).Body.ShouldBe("""{"predictions":[6]}""");

    [Theory]
    [InlineData("utf-16", 400)]
    [InlineData("iso-8859-1", 400)]
    [InlineData("nonsense", 400)]
    [InlineData("\"UTF-8\"", 200)]
    public async Task Text_is_read_in_utf8_and_in_nothing_else(string charset, int status)
    {
        using var request = new HttpRequestMessage(HttpMethod.Post, "/predictions/spam") { Content = new ByteArrayContent("Win now!"u8.ToArray()) };
        request.Content.Headers.TryAddWithoutValidation("Content-Type", $"text/plain; charset={charset}");

        var answer = await _server.SendAsync(request);

        answer.Status.ShouldBe(status, answer.Body);
        if (status != 200) (answer.Text("/field"), answer.Text("/got")).ShouldBe(("Content-Type", $"charset={charset}"));
    }

    [Fact]
    public async Task Of_many_models_an_invocation_names_one()
    {
        var answer = await _server.PostAsync("/invocations", Row);

        (answer.Status, answer.Text("/type"), answer.Text("/message")).ShouldBe((400, "BadRequestException", "Parameter model_name is required."));
    }

    [Fact]
    public async Task Of_one_model_an_invocation_need_not_name_it()
    {
        using var repository = new TempFolder();
        repository.Copy(Checkout.At("samples", "models", "india", "model.onnx"), "only.onnx");
        await using var server = await RunningServer.StartAsync(repository.Path);

        (await server.PostAsync("/invocations", Row)).Body.ShouldBe("""{"predictions":[6]}""");
    }

    [Theory]
    [InlineData("/models/predict", 404)]
    [InlineData("/cache/predict", 404)]
    [InlineData("/health/predict", 404)]
    [InlineData("/ping/predict", 404)]
    [InlineData("/predictions/predict", 404)]
    [InlineData("/nobody/predict", 404)]
    public async Task The_older_path_stays_out_of_the_way_of_every_route_that_begins_with_a_word(string path, int status)
    {
        var answer = await _server.PostAsync(path, Row);

        answer.Status.ShouldBe(status, answer.Body);
        if (path.StartsWith("/nobody", StringComparison.Ordinal)) answer.Text("/message").ShouldBe("Model not found: nobody");
        else answer.Body.ShouldNotContain($"Model not found: {path.Split('/')[1]}\"");
    }

    [Fact]
    public async Task The_demos_own_path_is_the_demos() =>
        (await _server.PredictAsync("spam", "Win a free iPhone now!")).At("/prediction/label").GetString().ShouldBe("spam");

    [Fact]
    public async Task An_unknown_model_is_404_with_near_names()
    {
        var answer = await _server.PostAsync("/predictions/indai", Row);

        (answer.Status, answer.Text("/type"), answer.Text("/message")).ShouldBe((404, "ModelNotFoundException", "Model not found: indai"));
        answer.Text("/suggestions/0").ShouldBe("india");
    }

    [Fact]
    public async Task A_file_in_a_form_is_the_body_itself()
    {
        var picture = await File.ReadAllBytesAsync(Checkout.At("samples", "images", "cat.jpg"));
        using var form = new MultipartFormDataContent { { Part(picture, "image/jpeg"), "data", "cat.jpg" } };

        var answer = await SendAsync("/predictions/image", form);

        answer.Status.ShouldBe(200, answer.Body);
        answer.Body.ShouldBe((await _server.PostAsync("/predictions/image", picture, "image/jpeg")).Body);
    }

    [Fact]
    public async Task A_file_of_no_known_type_is_told_by_its_name()
    {
        using var form = new MultipartFormDataContent { { Part("action,david\n1,1\n"u8.ToArray(), "application/octet-stream"), "data", "rows.csv" } };

        (await SendAsync("/predictions/india", form)).Body.ShouldBe("""{"predictions":[6]}""");
    }

    [Fact]
    public async Task The_fields_of_a_form_are_a_models_columns()
    {
        using var form = new MultipartFormDataContent { { new StringContent("1"), "action" }, { new StringContent("1"), "david" } };
        (await SendAsync("/predictions/india", form)).Body.ShouldBe("""{"predictions":[6]}""");

        const string urlEncoded = "application/x-www-form-urlencoded";
        (await _server.PostAsync("/predictions/india", "action=1&david=1", urlEncoded)).Body.ShouldBe("""{"predictions":[6]}""");
        (await _server.PostAsync("/predictions/india", "action=1&action=1&david=1&david=2", urlEncoded)).Body.ShouldBe("""{"predictions":[6,9]}""");
        (await _server.PostAsync("/predictions/india", $"data={Uri.EscapeDataString(Row)}", urlEncoded)).Body.ShouldBe("""{"predictions":[6]}""");
    }

    [Fact]
    public async Task A_text_in_a_form_is_a_text()
    {
        var plain = await _server.PostAsync("/predictions/sentiment", "This movie was great!", "text/plain");
        foreach (var body in new[] { "data=This+movie+was+great%21", "text=This+movie+was+great%21", "This movie was great!" })
            (await _server.PostAsync("/predictions/sentiment", body, "application/x-www-form-urlencoded")).Body.ShouldBe(plain.Body, body);
    }

    [Theory]
    [InlineData("multipart/form-data", "x", "names no boundary")]
    [InlineData("multipart/form-data; boundary=b", "x", "Unexpected end of Stream")]
    [InlineData("multipart/form-data; boundary=b", "--b\r\nContent-Type: text/plain\r\n\r\n1\r\n--b--\r\n", "has no name")]
    [InlineData("multipart/form-data; boundary=b", "--b--\r\n", "has no fields")]
    [InlineData("application/x-npy", "x", "Content-Type application/x-npy is not supported")]
    public async Task A_body_that_is_not_what_it_says_is_400(string type, string body, string message)
    {
        var answer = await _server.PostAsync("/predictions/india", Encoding.ASCII.GetBytes(body), type);

        answer.Status.ShouldBe(400, answer.Body);
        answer.Text("/message")!.ShouldContain(message);
    }

    [Fact]
    public async Task A_form_has_a_limit()
    {
        var answer = await _server.PostAsync("/predictions/india", string.Join('&', Enumerable.Repeat("a=1", 1001)), "application/x-www-form-urlencoded");

        answer.Status.ShouldBe(413);
        answer.Text("/message")!.ShouldContain("more than 1000 fields");
    }

    private static ByteArrayContent Part(byte[] content, string type) =>
        new(content) { Headers = { ContentType = new MediaTypeHeaderValue(type) } };

    private Task<Answer> SendAsync(string path, HttpContent content) =>
        _server.SendAsync(new HttpRequestMessage(HttpMethod.Post, path) { Content = content });
}
