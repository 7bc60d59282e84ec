using System.Text.Json;
using Bullpen.Protocols.Mms;
using Microsoft.AspNetCore.Routing;

namespace Bullpen.Tests.Protocols.Mms;

/// <summary>What the server says of itself and of its models.</summary>
public sealed class MmsDescriptionTests(SampleServer sample) : IClassFixture<SampleServer>
{
    private static readonly string[] Verbs = ["get", "post", "put", "delete", "options"];

    private readonly RunningServer _server = sample.Server;

    [Fact]
    public async Task A_model_is_described_with_multi_model_servers_keys_in_its_order()
    {
        var keys = (await _server.GetAsync("/models/iris")).Json.EnumerateObject().Select(property => property.Name).ToList();

        keys.Take(10).ShouldBe(
            ["modelName", "modelVersion", "modelUrl", "runtime", "minWorkers", "maxWorkers", "batchSize", "maxBatchDelay", "loadedAtStartup", "workers"]);
    }

    [Fact]
    public async Task A_worker_is_described_as_multi_model_servers()
    {
        await _server.PostAsync("/predictions/india", """{"action":[1],"david":[1]}""");

        var worker = (await _server.GetAsync("/models/india")).At("/workers/0");

        worker.EnumerateObject().Select(property => property.Name).ShouldBe(["id", "startTime", "status", "gpu", "memoryUsage"]);
        worker.GetProperty("status").GetString().ShouldBe("READY");
        worker.GetProperty("startTime").GetString()!.ShouldMatch(@"^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$");
    }

    [Theory]
    [InlineData("OPTIONS", "/")]
    [InlineData("GET", "/api-description")]
    public async Task The_API_is_described_in_OpenAPI_with_every_route_and_nothing_else(string verb, string path)
    {
        var api = (await _server.SendAsync(new HttpRequestMessage(new HttpMethod(verb), path))).Json;

        api.GetProperty("openapi").GetString().ShouldBe("3.0.1");
        var described = api.GetProperty("paths").EnumerateObject().SelectMany(one => one.Value.EnumerateObject().Select(operation => $"{operation.Name} {one.Name}"));
        var routes = _server.Endpoints.OfType<RouteEndpoint>().Where(endpoint => endpoint.Metadata.GetMetadata<MmsErrors>() is not null)
            .SelectMany(endpoint => endpoint.Metadata.GetMetadata<IHttpMethodMetadata>()!.HttpMethods.Where(method => method != "HEAD")
                .Select(method => $"{method.ToLowerInvariant()} /{endpoint.RoutePattern.RawText!.Trim('/')}"));
        described.Order().ShouldBe(routes.Order());
    }

    [Fact]
    public async Task Every_operation_has_a_name_of_its_own_its_parameters_and_its_answers()
    {
        var api = (await _server.GetAsync("/api-description")).Json;
        var names = new List<string>();
        foreach (var path in api.GetProperty("paths").EnumerateObject())
        {
            foreach (var operation in path.Value.EnumerateObject())
            {
                Verbs.ShouldContain(operation.Name);
                names.Add(operation.Value.GetProperty("operationId").GetString()!);
                operation.Value.GetProperty("responses").EnumerateObject().ShouldNotBeEmpty();
                var inPath = operation.Value.GetProperty("parameters").EnumerateArray().Where(one => one.GetProperty("in").GetString() == "path").ToList();
                inPath.ShouldAllBe(one => path.Name.Contains("{" + one.GetProperty("name").GetString() + "}"));
                inPath.Count.ShouldBe(path.Name.Count(c => c == '{'));
            }
        }

        names.ShouldBeUnique();
    }

    [Theory]
    [InlineData("expression")]
    [InlineData("fashion")]
    [InlineData("guard")]
    [InlineData("image")]
    [InlineData("india")]
    [InlineData("iris")]
    [InlineData("language_id")]
    [InlineData("penguins")]
    [InlineData("sentiment")]
    [InlineData("spam")]
    public async Task The_example_in_a_models_description_can_be_sent_as_it_is(string model)
    {
        var api = await _server.SendAsync(new HttpRequestMessage(HttpMethod.Options, $"/predictions/{model}"));

        api.Status.ShouldBe(200, api.Body);
        var operation = api.Json.GetProperty("paths").GetProperty($"/predictions/{model}").GetProperty("post");
        var example = operation.GetProperty("requestBody").GetProperty("content").GetProperty("application/json").GetProperty("example");
        var answer = await _server.PostAsync($"/predictions/{model}", example.GetRawText());
        answer.Status.ShouldBe(200, answer.Body);
        answer.At("/predictions").GetArrayLength().ShouldBe(1);
    }

    [Fact]
    public async Task A_models_description_is_its_own_signature()
    {
        var api = await _server.SendAsync(new HttpRequestMessage(HttpMethod.Options, "/predictions/india"));

        var operation = api.Json.GetProperty("paths").GetProperty("/predictions/india").GetProperty("post");
        operation.GetProperty("x-inputs").GetRawText().ShouldBe(
            """[{"name":"action","datatype":"int64","shape":[-1,1]},{"name":"david","datatype":"int64","shape":[-1,1]}]""");
        operation.GetProperty("x-outputs")[0].GetProperty("name").GetString().ShouldBe("prediction");
        api.Json.GetProperty("info").GetProperty("title").GetString().ShouldBe("india");
    }

    [Fact]
    public async Task An_unknown_model_has_no_description()
    {
        var answer = await _server.SendAsync(new HttpRequestMessage(HttpMethod.Options, "/predictions/nobody"));

        (answer.Status, answer.Text("/type")).ShouldBe((404, "ModelNotFoundException"));
    }

    [Fact]
    public async Task The_ping_says_that_all_is_well() =>
        (await _server.GetAsync("/ping")).Body.ShouldBe("""{"status":"Healthy"}""");

    [Theory]
    [InlineData("GET", "/no-such-route", 404, "ResourceNotFoundException", "Requested resource is not found, please refer to API document.")]
    [InlineData("GET", "/predictions/india", 405, "MethodNotAllowedException", "Requested method is not allowed, please refer to API document.")]
    [InlineData("PATCH", "/models/india", 405, "MethodNotAllowedException", "Requested method is not allowed, please refer to API document.")]
    public async Task What_is_not_there_is_said_in_the_servers_own_words_and_with_its_headers(string verb, string path, int status, string type, string message)
    {
        var answer = await _server.SendAsync(new HttpRequestMessage(new HttpMethod(verb), path));

        answer.Json.EnumerateObject().Select(property => property.Name).Take(3).ShouldBe(["code", "type", "message"]);
        (answer.Status, answer.Text("/type"), answer.Text("/message")).ShouldBe((status, type, message));
        foreach (var header in new[] { "x-request-id", "Pragma", "Cache-Control" }) answer.Headers.Contains(header).ShouldBeTrue(header);
    }

    [Fact]
    public async Task Every_page_of_every_size_holds_what_comes_next_and_only_the_last_has_no_token()
    {
        var all = await NamesAsync("/models?limit=100");
        for (var limit = 1; limit <= all.Count + 1; limit++)
        {
            var seen = new List<string>();
            var token = "0";
            while (token is not null)
            {
                var page = (await _server.GetAsync($"/models?limit={limit}&next_page_token={token}")).Json;
                var names = Names(page);
                names.Count.ShouldBeInRange(1, limit);
                seen.AddRange(names);
                token = page.TryGetProperty("nextPageToken", out var next) ? next.GetString() : null;
                if (token is not null) names.Count.ShouldBe(limit);
            }

            seen.ShouldBe(all, $"limit {limit}");
        }

        foreach (var limit in new[] { "0", "-1", "101" }) (await NamesAsync($"/models?limit={limit}")).ShouldBe(all);
        (await NamesAsync("/models?next_page_token=1000")).ShouldBeEmpty();
        (await _server.GetAsync("/models?limit=x")).Status.ShouldBe(400);
    }

    private async Task<List<string>> NamesAsync(string path) => Names((await _server.GetAsync(path)).Json);

    private static List<string> Names(JsonElement page) =>
        [.. page.GetProperty("models").EnumerateArray().Select(model => model.GetProperty("modelName").GetString()!)];
}
