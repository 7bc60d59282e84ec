using System.Security.Cryptography;
using System.Text.Json;
using Bullpen.TestKit;

namespace Bullpen.Tests.Samples;

/// <summary>The shipped models are those that samples/training/figures.json was measured on, and answer over HTTP as it says.</summary>
public sealed class SampleModelsTests
{
    /// <summary>Scores agree within 0.01: libraries of other versions, and decoders of JPEG, round differently.</summary>
    private const double ScoreTolerance = 0.01;

    private static JsonElement Figures { get; } = Read("figures.json");

    public static TheoryData<string> Measured => new(Figures.EnumerateObject().Select(model => model.Name));

    public static TheoryData<string> HeldOut => new(
        Directory.GetFiles(Checkout.At("samples", "training", "held-out"), "*.json").Select(file => Path.GetFileNameWithoutExtension(file)).Order(StringComparer.Ordinal));

    [Fact]
    public void Every_shipped_model_was_measured_except_the_arithmetic_one()
    {
        var shipped = Directory.GetDirectories(Checkout.At("samples", "models")).Select(folder => Path.GetFileName(folder)!);

        Figures.EnumerateObject().Select(model => model.Name).Append("india").ShouldBe(shipped, ignoreOrder: true);
    }

    [Theory]
    [MemberData(nameof(Measured))]
    public void The_shipped_file_is_the_one_that_was_measured(string model)
    {
        var bytes = File.ReadAllBytes(Checkout.At("samples", "models", model, "model.onnx"));

        Convert.ToHexStringLower(SHA256.HashData(bytes)).ShouldBe(Figures.GetProperty(model).GetProperty("sha256").GetString());
    }

    [Theory]
    [MemberData(nameof(Measured))]
    public async Task Reference_inputs_are_answered_as_the_recipe_printed(string model)
    {
        await using var server = await RunningServer.StartAsync();
        var references = Figures.GetProperty(model).GetProperty("references");
        references.GetArrayLength().ShouldBePositive();

        foreach (var reference in references.EnumerateArray())
        {
            var answer = await server.PredictAsync(model, reference.GetProperty("input"));

            answer.Status.ShouldBe(200, answer.Body);
            answer.Text("/prediction/label").ShouldBe(reference.GetProperty("label").GetString(), reference.ToString());
            answer.At("/prediction/score").GetDouble().ShouldBe(reference.GetProperty("score").GetDouble(), ScoreTolerance, reference.ToString());
        }
    }

    [Theory]
    [MemberData(nameof(HeldOut))]
    public async Task Held_out_data_are_answered_as_well_as_the_recipe_measured(string model)
    {
        await using var server = await RunningServer.StartAsync();
        var rows = Read("held-out", $"{model}.json").GetProperty("rows").EnumerateArray().ToList();
        var measured = Figures.GetProperty(model).GetProperty("heldOut");
        rows.Count.ShouldBe(measured.GetProperty("n").GetInt32());

        var right = 0;
        foreach (var row in rows)
        {
            var answer = await server.PredictAsync(model, row.GetProperty("input"));
            answer.Status.ShouldBe(200, answer.Body);
            if (answer.Text("/prediction/label") == row.GetProperty("label").GetString()) right++;
        }

        // Same file, same rows: only a row whose two best scores are equal but for rounding may turn. One in a hundred, and at least one.
        var recorded = measured.GetProperty("right").GetInt32();
        right.ShouldBeInRange(recorded - Math.Max(1, rows.Count / 100), recorded + Math.Max(1, rows.Count / 100));

        // The rows are a sample of all held-out data. A sample of n lies within three standard errors, 3 * sqrt(p (1 - p) / n),
        // of the accuracy p on all of them in 99.7 of 100 draws: further off, it would not stand for what the recipe claims.
        if (!measured.TryGetProperty("drawnFrom", out var all)) return;
        var accuracy = all.GetProperty("right").GetDouble() / all.GetProperty("n").GetDouble();
        ((double)right / rows.Count).ShouldBe(accuracy, 3 * Math.Sqrt(accuracy * (1 - accuracy) / rows.Count));
    }

    private static JsonElement Read(params string[] path) =>
        JsonDocument.Parse(File.ReadAllText(Checkout.At(["samples", "training", .. path]))).RootElement;
}
