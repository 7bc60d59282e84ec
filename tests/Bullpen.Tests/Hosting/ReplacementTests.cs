using Bullpen.TestKit;

namespace Bullpen.Tests.Hosting;

/// <summary>Files that change under a running server.</summary>
public sealed class ReplacementTests
{
    private const string DataFrame = """{"action":{"0":1},"david":{"0":1}}""";

    [Fact]
    public async Task A_file_replaced_under_traffic_fails_no_request_and_answers_from_the_moment_it_is_listed()
    {
        using var repository = new TempFolder();
        repository.Copy(Checkout.At("samples", "models", "india", "model.onnx"), "m/model.onnx");
        repository.Write("m/model.json", """{"description": "0"}""");
        await using var server = await RunningServer.StartAsync(repository.Path);
        var right = (await server.PostAsync("/predictions/m", DataFrame)).Body;
        using var enough = new CancellationTokenSource();
        var clients = Enumerable.Range(0, 8).Select(_ => Task.Run(async () =>
        {
            var answers = new List<Answer>();
            while (!enough.IsCancellationRequested) answers.Add(await server.PostAsync("/predictions/m", DataFrame));
            return answers;
        })).ToList();

        for (var round = 1; round <= 5; round++)
        {
            repository.Copy(Checkout.At("samples", "models", "india", "model.onnx"), "m/.incoming");
            File.Move(repository.At("m/.incoming"), repository.At("m/model.onnx"), overwrite: true);
            repository.Write("m/model.json", $$"""{"description": "{{round}}", "workers": {{round}}}""");
            await server.LookTwiceAsync();

            var listed = await server.GetAsync("/models/m");
            listed.Text("/description").ShouldBe($"{round}");
            listed.Text("/state").ShouldBe("Ready");
            listed.At("/workers").GetArrayLength().ShouldBe(round, "what is in memory is what is listed");
        }

        await enough.CancelAsync();
        var all = (await Task.WhenAll(clients)).SelectMany(answers => answers).ToList();
        all.Count.ShouldBeGreaterThan(20);
        all.ShouldAllBe(answer => answer.Status == 200 && answer.Body == right);
        (await server.LoadedAsync()).ShouldBe(["m"]);
    }

    [Fact]
    public async Task Another_model_in_the_same_place_answers_once_it_is_listed()
    {
        using var repository = new TempFolder();
        repository.Copy(Checkout.At("samples", "models", "india", "model.onnx"), "m/1/model.onnx");
        await using var server = await RunningServer.StartAsync(repository.Path);
        (await server.PostAsync("/predictions/m", DataFrame)).Status.ShouldBe(200);

        foreach (var file in new[] { "model.onnx", "model.json" })
            repository.Copy(Checkout.At("samples", "models", "sentiment", file), file == "model.onnx" ? "m/2/model.onnx" : "m/model.json");
        await server.LookTwiceAsync();
        var answer = await server.PredictAsync("m", "This movie was great!");

        answer.Text("/model_version").ShouldBe("2");
        answer.Text("/prediction/label").ShouldBe("positive");
    }

    [Fact]
    public async Task A_broken_replacement_is_said_in_the_listing_and_the_old_model_answers()
    {
        using var repository = new TempFolder();
        repository.Copy(Checkout.At("samples", "models", "india", "model.onnx"), "m.onnx");
        await using var server = await RunningServer.StartAsync(repository.Path);
        var right = (await server.PostAsync("/predictions/m", DataFrame)).Body;
        var half = File.ReadAllBytes(Checkout.At("samples", "models", "india", "model.onnx"));

        repository.Write("m.onnx", half.AsSpan(0, half.Length / 2));
        await server.LookTwiceAsync();

        (await server.PostAsync("/predictions/m", DataFrame)).Body.ShouldBe(right);
        var listed = await server.GetAsync("/models/m");
        listed.Text("/state").ShouldBe("Ready");
        listed.ShouldGiveNothingAway().Text("/reason").ShouldNotBeNullOrEmpty();
    }

    [Fact]
    public async Task A_server_left_alone_notices_by_itself()
    {
        using var repository = new TempFolder();
        await using var server = await RunningServer.StartAsync(repository.Path, options => options with { Watch = TimeSpan.FromMilliseconds(20) });
        repository.Copy(Checkout.At("samples", "models", "india", "model.onnx"), "m.onnx");

        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while ((await server.GetAsync("/models/m")).Status != 200) limit.Token.ThrowIfCancellationRequested();

        (await server.PostAsync("/predictions/m", DataFrame)).Status.ShouldBe(200);
    }
}
