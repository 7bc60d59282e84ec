using System.Text;
using Bullpen.TestKit;

namespace Bullpen.Tests.Protocols;

/// <summary>Model files that are no ONNX models, or broken ones: each fails alone and says what it looks like.</summary>
public sealed class BadModelTests
{
    public static TheoryData<string, byte[], string, string?> Impostors => new()
    {
        { "pickle", [0x80, 0x04, 0x95, 1, 0, 0, 0, 0, 0, 0, 0, (byte)'.'], "Python pickle", "#python-pickle-and-joblib-files" },
        { "mxnet", [0x12, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0], "MXNet", "#mxnet" },
        { "keras", [0x89, (byte)'H', (byte)'D', (byte)'F', 13, 10, 26, 10], "HDF5", "#keras-and-hdf5" },
        { "html", Encoding.UTF8.GetBytes("<!DOCTYPE html><html><body>Not found</body></html>"), "HTML", null },
        { "empty", [], "empty", null },
    };

    [Theory]
    [MemberData(nameof(Impostors))]
    public async Task An_impostor_is_listed_with_its_reason_and_refused(string name, byte[] content, string looksLike, string? anchor)
    {
        using var repository = new TempFolder();
        repository.Write($"{name}.onnx", content);
        repository.Copy(Checkout.At("samples", "models", "india", "model.onnx"), "good.onnx");
        await using var server = await RunningServer.StartAsync(repository.Path);

        var predict = (await server.PredictAsync(name, "x")).ShouldGiveNothingAway();
        var predictions = (await server.PostAsync($"/predictions/{name}", "{\"a\":[1]}")).ShouldGiveNothingAway();
        var listed = (await server.GetAsync("/models")).Json.GetProperty("models").EnumerateArray()
            .Single(model => model.GetProperty("modelName").GetString() == name);
        var good = await server.PredictAsync("good", new { action = new[] { 1 }, david = new[] { 1 } });

        predict.Status.ShouldBe(400, predict.Body);
        predict.Text("/detail")!.ShouldContain(looksLike);
        if (anchor is not null) predict.Text("/detail")!.ShouldContain("docs/convert.md" + anchor);
        predictions.Status.ShouldBe(400);
        predictions.Text("/type").ShouldBe("InvalidModelException");
        listed.GetProperty("state").GetString().ShouldBe("Failed");
        listed.GetProperty("reason").GetString()!.ShouldContain(looksLike);
        good.At("/prediction/0").GetDouble().ShouldBe(6);
    }

    [Fact]
    public async Task A_model_with_an_operator_that_does_not_exist_fails_at_its_first_request_and_is_not_tried_again_by_the_next()
    {
        using var repository = new TempFolder();
        var content = File.ReadAllBytes(Checkout.At("samples", "models", "iris", "model.onnx"));
        content.AsSpan()[content.AsSpan().IndexOf("TreeEnsembleClassifier"u8)..][0] = (byte)'X';
        repository.Write("odd.onnx", content);
        await using var server = await RunningServer.StartAsync(repository.Path);

        var first = (await server.PredictAsync("odd", "x")).ShouldGiveNothingAway();
        var second = await server.PredictAsync("odd", "x");
        var described = await server.GetAsync("/models/odd");

        first.Status.ShouldBe(400, first.Body);
        first.Text("/model").ShouldBe("odd");
        first.Text("/detail")!.ShouldContain("XreeEnsembleClassifier");
        second.Status.ShouldBe(400);
        second.Headers.RetryAfter.ShouldNotBeNull();
        described.Text("/state").ShouldBe("Failed");
        described.Text("/reason").ShouldBe(first.Text("/detail"));
    }

    [Fact]
    public async Task A_model_whose_file_was_taken_away_is_not_found_and_back_with_its_file()
    {
        using var repository = new TempFolder();
        var file = repository.Copy(Checkout.At("samples", "models", "india", "model.onnx"), "m.onnx");
        await using var server = await RunningServer.StartAsync(repository.Path);
        File.Delete(file);

        var gone = (await server.PredictAsync("m", new { action = new[] { 1 }, david = new[] { 1 } })).ShouldGiveNothingAway();
        repository.Copy(Checkout.At("samples", "models", "india", "model.onnx"), "m.onnx");
        var back = await server.PredictAsync("m", new { action = new[] { 1 }, david = new[] { 1 } });

        gone.Status.ShouldBe(404, gone.Body);
        gone.Text("/detail").ShouldBe("Model m: its file m.onnx cannot be found.");
        back.At("/prediction/0").GetDouble().ShouldBe(6);
    }

    [Fact]
    public async Task A_registration_that_cannot_be_loaded_is_taken_back()
    {
        using var repository = new TempFolder();
        var whole = File.ReadAllBytes(Checkout.At("samples", "models", "spam", "model.onnx"));
        await using var server = await RunningServer.StartAsync(repository.Path);
        repository.Write("half/model.onnx", whole.AsSpan(0, whole.Length / 2));
        repository.Write("pickled/model.pkl", [0x80, 0x04, 0x95, (byte)'.']);

        var half = await server.PostAsync("/models", "{\"model_name\":\"m\",\"url\":\"half\"}");
        var pickled = await server.PostAsync("/models", "{\"model_name\":\"m\",\"url\":\"pickled\"}");

        half.Status.ShouldBe(400, half.Body);
        half.Text("/type").ShouldBe("InvalidModelException");
        pickled.Status.ShouldBe(400, pickled.Body);
        pickled.Text("/message")!.ShouldContain("pickle");
        (await server.GetAsync("/models/m")).Status.ShouldBe(404);
    }

    [Fact]
    public async Task A_model_that_is_only_estimated_larger_than_the_budget_is_served_if_it_measures_smaller()
    {
        await using var server = await RunningServer.StartAsync(options => options with { Memory = 40 << 20 });

        var answer = await server.PredictAsync("image", "cat.jpg");

        answer.Text("/prediction/label").ShouldBe("Cat");
        server.Cache.Budget.Ledger.Used.ShouldBeInRange(1, 40 << 20);
    }

    [Fact]
    public async Task A_model_larger_than_the_budget_is_refused_with_both_numbers()
    {
        await using var server = await RunningServer.StartAsync(options => options with { Memory = 1 << 20 });

        var answer = await server.PredictAsync("image", "cat.jpg");

        answer.Status.ShouldBe(507, answer.Body);
        answer.Text("/detail")!.ShouldContain("--memory");
    }
}
