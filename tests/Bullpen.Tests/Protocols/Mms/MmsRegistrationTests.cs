namespace Bullpen.Tests.Protocols.Mms;

/// <summary><c>POST</c> and <c>DELETE /models</c>: parameters, statuses and texts of AWS multi-model-server.</summary>
public sealed class MmsRegistrationTests(SampleServer sample) : IClassFixture<SampleServer>
{
    private readonly RunningServer _server = sample.Server;

    [Theory]
    [InlineData("/models?url=india&url=iris&model_name=twice", "url")]
    [InlineData("/models?url=india&model_name=one&model_name=two", "model_name")]
    public async Task A_parameter_that_is_given_twice_is_refused(string path, string field)
    {
        var answer = await _server.PostAsync(path, "");

        (answer.Status, answer.Text("/message"), answer.Text("/field")).ShouldBe((400, $"Parameter {field} must be given once, not 2 times.", field));
    }

    [Fact]
    public async Task Without_workers_a_model_is_registered_and_not_loaded()
    {
        var answer = await _server.PostAsync("/models?url=india&model_name=lazy&initial_workers=0", "");

        (answer.Status, answer.Text("/status")).ShouldBe((200, "Model \"lazy\" registered"));
        (await _server.LoadedAsync()).ShouldNotContain("lazy");
    }

    [Fact]
    public async Task With_workers_it_is_loaded_before_the_answer_and_has_as_many()
    {
        var answer = await _server.PostAsync("/models?url=india&model_name=three&initial_workers=3", "");
        var described = await _server.GetAsync("/models/three");

        (answer.Status, answer.Text("/status")).ShouldBe((200, "Workers scaled"));
        described.At("/workers").GetArrayLength().ShouldBe(3);
        described.At("/maxWorkers").GetInt32().ShouldBe(3);
        described.At("/minWorkers").GetInt32().ShouldBe(0);
        described.At("/pinned").GetBoolean().ShouldBeFalse();
    }

    [Theory]
    [InlineData("?url=india&model_name=later&initial_workers=1&synchronous=false", "")]
    [InlineData("", """{"url":"india","model_name":"later","synchronous":false}""")]
    public async Task Who_does_not_wait_gets_202_and_the_model_is_loaded_behind_the_answer(string query, string body)
    {
        var answer = await _server.PostAsync("/models" + query, body);

        (answer.Status, answer.Text("/status")).ShouldBe((202, "Processing worker updates..."));
        // A request waits for the same load.
        (await _server.PostAsync("/predictions/later", """{"action":[1],"david":[1]}""")).Status.ShouldBe(200);
        (await _server.GetAsync("/models/later")).At("/loads").GetInt64().ShouldBe(1);
        (await _server.DeleteAsync("/models/later")).Status.ShouldBe(200);
    }

    [Fact]
    public async Task A_JSON_body_registers_and_loads_and_takes_the_same_keys()
    {
        var answer = await _server.PostAsync("/models", """
            {"model_name":"full","url":"india","initial_workers":"2","synchronous":"true","runtime":"python3","handler":"service:handle",
             "batch_size":8,"max_batch_delay":50,"response_timeout":60,"preload_model":true}
            """);

        (answer.Status, answer.Text("/status")).ShouldBe((200, "Workers scaled"));
        answer.At("/ignored").EnumerateArray().Select(name => name.GetString())
            .ShouldBe(["runtime", "handler", "batch_size", "max_batch_delay", "response_timeout", "preload_model"]);
        var described = await _server.GetAsync("/models/full");
        described.At("/batchSize").GetInt32().ShouldBe(1);
        described.At("/maxBatchDelay").GetInt32().ShouldBe(0);
        described.At("/workers").GetArrayLength().ShouldBe(2);
    }

    [Fact]
    public async Task What_asks_for_what_is_so_anyhow_is_not_called_ignored()
    {
        var answer = await _server.PostAsync("/models?url=india&model_name=plain&batch_size=1&max_batch_delay=0&preload_model=false&runtime=onnxruntime", "");

        answer.Body.ShouldBe("""{"status":"Model \"plain\" registered"}""");
    }

    [Theory]
    [InlineData("model_name=m", "Parameter url is required.")]
    [InlineData("url=india&runtime=perl", "Invalid RuntimeType value: perl")]
    [InlineData("url=india&initial_workers=-1", "Parameter initial_workers must be a whole number from 0 to 1024, not '-1'.")]
    [InlineData("url=india&initial_workers=1025", "Parameter initial_workers must be a whole number from 0 to 1024, not '1025'.")]
    [InlineData("url=india&batch_size=0", "Parameter batch_size must be a whole number of at least 1, not '0'.")]
    [InlineData("url=india&max_batch_delay=soon", "Parameter max_batch_delay must be a whole number of at least 0, not 'soon'.")]
    [InlineData("url=india&response_timeout=0", "Parameter response_timeout must be a whole number of at least 1, not '0'.")]
    [InlineData("url=india&synchronous=maybe", "Parameter synchronous must be true or false, not 'maybe'.")]
    [InlineData("url=india&preload_model=1", "Parameter preload_model must be true or false, not '1'.")]
    public async Task A_wrong_parameter_is_400_and_registers_nothing(string query, string message)
    {
        var before = (await _server.GetAsync("/models?limit=100")).At("/models").GetArrayLength();

        var answer = await _server.PostAsync("/models?" + query, "");

        answer.Status.ShouldBe(400, answer.Body);
        answer.Text("/type").ShouldBe("BadRequestException");
        answer.Text("/message").ShouldBe(message);
        (await _server.GetAsync("/models?limit=100")).At("/models").GetArrayLength().ShouldBe(before);
    }

    [Theory]
    [InlineData("no-such-folder", 404, "ModelNotFoundException", "Model not found in model store: no-such-folder")]
    [InlineData("../india", 404, "ModelNotFoundException", "Relative path is not allowed in url: ../india")]
    [InlineData("file:///etc/passwd", 404, "ModelNotFoundException", "Invalid model url: file:///etc/passwd")]
    public async Task A_url_that_leads_nowhere_is_404_in_the_servers_own_words(string url, int status, string type, string message)
    {
        var answer = await _server.PostAsync($"/models?model_name=nowhere&url={Uri.EscapeDataString(url)}", "");

        (answer.Status, answer.Text("/type"), answer.Text("/message")).ShouldBe((status, type, message));
        answer.At("/code").GetInt32().ShouldBe(status);
    }

    [Fact]
    public async Task A_name_that_is_taken_is_409()
    {
        var answer = await _server.PostAsync("/models?url=india&model_name=spam", "");

        (answer.Status, answer.Text("/type"), answer.Text("/message")).ShouldBe((409, "ConflictStatusException", "Model spam is already registered."));
    }

    [Theory]
    [InlineData("all")]
    [InlineData("stats")]
    public async Task A_word_that_stands_in_a_path_is_no_name(string name) =>
        (await _server.PostAsync($"/models?url=india&model_name={name}", "")).Status.ShouldBe(400);

    [Fact]
    public async Task A_deleted_model_is_gone_and_a_second_delete_is_404()
    {
        await _server.PostAsync("/models?url=india&model_name=short", "");

        var deleted = await _server.DeleteAsync("/models/short");
        var again = await _server.DeleteAsync("/models/short");

        (deleted.Status, deleted.Text("/status")).ShouldBe((200, "Model \"short\" unregistered"));
        (again.Status, again.Text("/type"), again.Text("/message")).ShouldBe((404, "ModelNotFoundException", "Model not found: short"));
    }
}
