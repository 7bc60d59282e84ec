using System.Diagnostics;
using System.Text.Json;
using Bullpen.Operations;
using Bullpen.Telemetry;
using Bullpen.TestKit;
using Bullpen.Tests.Operations;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Routing;

namespace Bullpen.Tests.Protocols.OpenApi;

/// <summary>The description is the server's: nothing that it has is missing, nothing that it says is wrong.</summary>
public sealed class OpenApiDocumentTests
{
    private const string Document = "/openapi/v1.json";

    private static readonly string[] Names = ["expression", "fashion", "guard", "image", "india", "iris", "language_id", "penguins", "sentiment", "spam"];

    public static TheoryData<string> Models => [.. Names];

    [SkippableTheory]
    [InlineData("mms")]
    [InlineData("torchserve")]
    public async Task The_document_is_valid_by_the_schema_of_OpenAPI(string dialect)
    {
        await using var server = await RunningServer.StartAsync(options => options with { Dialect = dialect });

        await Validate((await server.GetAsync(Document)).Body);
    }

    [SkippableFact]
    public async Task Every_models_document_is_valid_by_the_schema_of_OpenAPI()
    {
        await using var server = await RunningServer.StartAsync();
        var documents = new List<string>();
        foreach (var model in Names) documents.Add((await server.GetAsync($"/openapi/v1/models/{model}")).Body);

        await Validate([.. documents]);
    }

    [Theory]
    [InlineData("mms")]
    [InlineData("torchserve")]
    [InlineData("external")]
    public async Task Every_endpoint_is_described_once_and_nothing_else(string kind)
    {
        await using var server = await StartAsync(kind);

        var described = Operations(await server.GetAsync(Document)).Select(one => $"{one.Verb} {one.Path}");

        var routes = server.Endpoints.OfType<RouteEndpoint>().SelectMany(endpoint =>
            EndpointPaths.VerbsOf(endpoint).Where(verb => verb != "HEAD").Select(verb => $"{verb} {EndpointPaths.TemplateOf(endpoint)}"));
        described.Order().ShouldBe(routes.Order());
    }

    [Theory]
    [InlineData("mms")]
    [InlineData("torchserve")]
    [InlineData("external")]
    public async Task Every_path_in_it_is_answered_by_something(string kind)
    {
        await using var server = await StartAsync(kind);
        var operations = Operations(await server.GetAsync(Document)).ToList();
        operations.Count.ShouldBeGreaterThan(20);

        foreach (var (verb, path, _) in operations)
        {
            var at = EndpointPaths.Filled(path);
            var answer = await server.SendAsync(new HttpRequestMessage(new HttpMethod(verb), at));
            answer.Status.ShouldNotBe(405, $"{verb} {at}");
            answer.Body.ShouldNotContain("Requested resource is not found", Case.Insensitive, $"{verb} {at}");
            if (!path.Contains('{')) answer.Status.ShouldNotBe(404, $"{verb} {at}: {answer.Body}");
        }
    }

    [Theory]
    [InlineData("mms")]
    [InlineData("torchserve")]
    public async Task Every_operation_has_a_name_of_its_own_a_group_and_a_scope(string kind)
    {
        await using var server = await StartAsync(kind);
        var answer = await server.GetAsync(Document);
        var operations = Operations(answer).Select(one => one.Value).ToList();

        operations.Select(one => one.GetProperty("operationId").GetString()).ShouldBeUnique();
        var groups = answer.At("/tags").EnumerateArray().Select(tag => tag.GetProperty("name").GetString()).ToList();
        operations.ShouldAllBe(one => groups.Contains(one.GetProperty("tags")[0].GetString()));
        operations.Select(one => one.GetProperty("x-scope").GetString()).Distinct().Order().ShouldBe(["infer", "manage", "metrics", "open"]);
        operations.ShouldAllBe(one => one.GetProperty("summary").GetString()!.Length > 3);
    }

    [SkippableFact]
    public async Task An_endpoint_that_says_nothing_but_its_operation_is_described_all_the_same()
    {
        await using var server = await RunningServer.StartAsync(Checkout.At("samples", "models"), map: routes =>
        {
            routes.MapPost("/later/{name:int}/{kind}:run", () => "ran").WithMetadata(new Metered("later", Operation.Infer));
            routes.MapGet("/later/{other:int}/{kind}:run", () => "seen").WithMetadata(new Metered("later", Operation.ListModels));
        });
        var document = await server.GetAsync(Document);

        var path = document.At("/paths").EnumerateObject().Single(one => one.Name.StartsWith("/later", StringComparison.Ordinal));
        path.Name.ShouldBe("/later/{name}/{kind}:run");
        path.Value.EnumerateObject().Select(verb => verb.Name).Order().ShouldBe(["get", "post"]);
        path.Value.GetProperty("post").GetProperty("tags")[0].GetString().ShouldBe("later");
        path.Value.GetProperty("get").GetProperty("x-scope").GetString().ShouldBe("manage");
        path.Value.GetProperty("get").GetProperty("parameters").EnumerateArray().Select(one => one.GetProperty("name").GetString()).ShouldBe(["name", "kind"]);
        await Validate(document.Body);
    }

    [Fact]
    public async Task An_address_describes_what_it_answers_and_no_more()
    {
        await using var server = await RunningServer.StartAsync(options => options with { ManagementUrls = "http://127.0.0.2:0" });

        var onInference = Operations(await server.GetAsync(Document)).Select(one => $"{one.Verb} {one.Path}").ToList();
        var onManagement = Operations(await RunningServer.SendAsync(server.Management, new HttpRequestMessage(HttpMethod.Get, Document))).Select(one => $"{one.Verb} {one.Path}").ToList();

        onInference.ShouldContain("POST /predict");
        onInference.ShouldNotContain("DELETE /models/{model}");
        onManagement.ShouldContain("DELETE /models/{model}");
        onManagement.ShouldNotContain("POST /predict");
        onInference.Intersect(onManagement).ShouldContain("GET /docs");
    }

    [Theory]
    [MemberData(nameof(Models))]
    public async Task Every_example_in_a_models_document_can_be_sent_as_it_is(string model)
    {
        await using var server = await RunningServer.StartAsync();
        var document = await server.GetAsync($"/openapi/v1/models/{model}");
        document.Status.ShouldBe(200, document.Body);
        var operations = Operations(document).ToList();
        var paths = operations.Select(one => one.Path).ToList();
        paths.ShouldContain("/predict");
        paths.ShouldContain($"/predictions/{model}");
        paths.ShouldContain($"/v1/models/{model}:{(model == "india" ? "regress" : "classify")}");
        paths.ShouldNotContain($"/v1/models/{model}:{(model == "india" ? "classify" : "regress")}");
        var sent = new List<string>();

        foreach (var (verb, path, value) in operations)
        {
            verb.ShouldBe("POST");
            foreach (var (name, example) in ExamplesIn(value.GetProperty("requestBody").GetProperty("content").GetProperty("application/json")))
            {
                var answer = await server.PostAsync(path, example);
                answer.Status.ShouldBe(200, $"{path} {name} {example}: {answer.Body}");
                sent.Add($"{path} {name}".TrimEnd());
            }
        }

        sent.ShouldContain($"/v2/models/{model}/infer");
        sent.ShouldContain($"/v1/models/{model}:predict instances");
        sent.ShouldContain($"/v1/models/{model}:predict inputs");
        sent.Select(one => one.Split(' ')[0]).Distinct().ShouldBe(paths, ignoreOrder: true);
    }

    [Fact]
    public async Task A_warm_up_is_the_example_in_every_protocol()
    {
        using var repository = new TempFolder();
        repository.Copy(Checkout.At("samples", "models", "india", "model.onnx"), "m/model.onnx");
        repository.Write("m/model.json", """{"warmup": [{"action": [1, 2], "david": [3, 4]}]}""");
        await using var server = await RunningServer.StartAsync(repository.Path);

        var content = (await server.GetAsync("/openapi/v1/models/m")).At("/paths").EnumerateObject()
            .ToDictionary(path => path.Name, path => path.Value.GetProperty("post").GetProperty("requestBody").GetProperty("content").GetProperty("application/json"));

        content["/v2/models/m/infer"].GetProperty("example").GetRawText().ShouldBe(
            """{"inputs":[{"name":"action","shape":[2,1],"datatype":"INT64","data":[1,2]},{"name":"david","shape":[2,1],"datatype":"INT64","data":[3,4]}]}""");
        content["/v1/models/m:predict"].GetProperty("examples").GetProperty("instances").GetProperty("value").GetRawText().ShouldBe(
            """{"instances":[{"action":1,"david":3},{"action":2,"david":4}]}""");
        content["/v1/models/m:regress"].GetProperty("example").GetRawText().ShouldBe("""{"examples":[{"action":1,"david":3},{"action":2,"david":4}]}""");
    }

    [Fact]
    public async Task A_model_that_is_not_there_has_no_document()
    {
        await using var server = await RunningServer.StartAsync();

        (await server.GetAsync("/openapi/v1/models/nobody")).Status.ShouldBe(404);
    }

    private static Task<RunningServer> StartAsync(string kind) => RunningServer.StartAsync(options => kind switch
    {
        "torchserve" => options with { Dialect = "torchserve" },
        "external" => options with { Lifecycle = "external" },
        _ => options,
    });

    private static IEnumerable<(string Name, string Example)> ExamplesIn(JsonElement content)
    {
        if (content.TryGetProperty("example", out var only)) return [("", only.GetRawText())];
        return content.GetProperty("examples").EnumerateObject().Select(one => (one.Name, one.Value.GetProperty("value").GetRawText()));
    }

    private static IEnumerable<(string Verb, string Path, JsonElement Value)> Operations(Answer answer) =>
        answer.At("/paths").EnumerateObject().SelectMany(path => path.Value.EnumerateObject().Select(verb => (verb.Name.ToUpperInvariant(), path.Name, verb.Value)));

    /// <summary>By the schema itself, which a package from npm holds: .ci/run installs it.</summary>
    private static async Task Validate(params string[] documents)
    {
        var folder = Checkout.At("tests", "openapi");
        Skip.IfNot(Directory.Exists(Path.Combine(folder, "node_modules")), "npm ci in tests/openapi installs what this needs");
        using var files = new TempFolder();
        var start = new ProcessStartInfo("node") { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        start.ArgumentList.Add(Path.Combine(folder, "validate.mjs"));
        foreach (var (document, index) in documents.Select((document, index) => (document, index)))
        {
            var file = Path.Combine(files.Path, $"{index}.json");
            await File.WriteAllTextAsync(file, document);
            start.ArgumentList.Add(file);
        }

        using var node = Process.Start(start)!;
        var output = await node.StandardOutput.ReadToEndAsync() + await node.StandardError.ReadToEndAsync();
        await node.WaitForExitAsync();
        node.ExitCode.ShouldBe(0, output);
        output.Split('\n').Count(line => line.EndsWith("OpenAPI 3.1", StringComparison.Ordinal)).ShouldBe(documents.Length, output);
    }
}
