using System.Collections.Concurrent;
using Bullpen.Core.Tensors;
using Bullpen.TestKit;

namespace Bullpen.Tests.Conformance;

/// <summary>Takes all models of the ONNX backend tests through one server, which has no room for all of them at once.</summary>
public sealed class BackendRun : IAsyncLifetime
{
    internal const long Budget = 16L << 20;

    private readonly TempFolder _repository = new();

    /// <summary>Null where the models are not installed.</summary>
    internal RunningServer? Server { get; private set; }

    /// <summary>By part and name.</summary>
    internal IReadOnlyList<BackendOutcome> Outcomes { get; private set; } = [];

    public async Task InitializeAsync()
    {
        if (!Directory.Exists(BackendModel.Root)) return;
        var models = BackendModel.All();
        foreach (var model in models.Where(model => File.Exists(model.File))) _repository.Copy(model.File, $"{model.Name}/model.onnx");
        Server = await RunningServer.StartAsync(_repository.Path, options => options with { Memory = Budget });

        var outcomes = new ConcurrentBag<BackendOutcome>();
        // The server's measurements of loads shall not see other sessions.
        var plain = models.Select(model => (model, PlainOutcome.Of(model))).ToList();
        await Parallel.ForEachAsync(plain, async (pair, _) => outcomes.Add(await AskAsync(pair.Item1, pair.Item2)));
        Outcomes = [.. outcomes.OrderBy(outcome => outcome.Model.Folder, StringComparer.Ordinal).ThenBy(outcome => outcome.Model.Name, StringComparer.Ordinal)];
    }

    public async Task DisposeAsync()
    {
        if (Server is not null) await Server.DisposeAsync();
        _repository.Dispose();
    }

    private async Task<BackendOutcome> AskAsync(BackendModel model, PlainOutcome plain)
    {
        if (plain.Reason == SkipReason.NoModel) return new BackendOutcome(model, plain, null, null, 404);
        var (json, _) = await AskAsync(model, plain, InferBody.InJson);
        var (binary, status) = await AskAsync(model, plain, InferBody.InBinary);
        return new BackendOutcome(model, plain, json, binary, status);
    }

    /// <summary>What is wrong in one of the forms, and the last status.</summary>
    private async Task<(string? Wrong, int Status)> AskAsync(
        BackendModel model, PlainOutcome plain, Func<IEnumerable<(string Name, Tensor Tensor)>, HttpContent> write)
    {
        if (plain.Reason is SkipReason.NotLoaded or SkipReason.NoLocale or SkipReason.NoForm)
        {
            var refusal = await InferAnswer.AskAsync(Server!.Client, model.Name, write([]));
            return (refusal.Status is >= 400 and < 500 ? null : $"{refusal.Status} {refusal.Json}", refusal.Status);
        }

        var last = 0;
        foreach (var (set, at) in plain.Sets.Select((set, at) => (set, at)))
        {
            var answer = await InferAnswer.AskAsync(Server!.Client, model.Name, write(plain.InputNames.Zip(set.Inputs)));
            last = answer.Status;
            if (Difference(plain, set, at, answer) is { } wrong) return (wrong, last);
        }

        return (null, last);
    }

    /// <summary>What ONNX Runtime answers otherwise than expected must be answered here in the same way.</summary>
    private static string? Difference(PlainOutcome plain, BackendData set, int at, InferAnswer answer)
    {
        if (plain.Reason == SkipReason.NotRun) return answer.Status >= 400 ? null : $"{answer.Status} where ONNX Runtime fails";
        if (answer.Status != 200) return $"{answer.Status} {answer.Json}";
        var outputs = answer.Outputs();
        if (!outputs.Select(output => output.Name).SequenceEqual(plain.OutputNames)) return "other names of outputs";
        var expected = plain.Reason switch
        {
            SkipReason.None => set.Outputs,
            SkipReason.OtherAnswer => plain.Answers[at],
            _ => [.. outputs.Select(output => output.Tensor)],
        };
        return TensorDifference.Of(expected, [.. outputs.Select(output => output.Tensor)]);
    }
}
