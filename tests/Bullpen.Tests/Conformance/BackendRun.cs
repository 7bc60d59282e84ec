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
        if (plain.Reason == SkipReason.NoModel) return new BackendOutcome(model, plain, null, null);
        return new BackendOutcome(model, plain, await AskAsync(model, plain, InferBody.InJson), await AskAsync(model, plain, InferBody.InBinary));
    }

    /// <summary>What is wrong in one of the forms.</summary>
    private async Task<string?> AskAsync(BackendModel model, PlainOutcome plain, Func<IEnumerable<(string Name, Tensor Tensor)>, HttpContent> write)
    {
        if (plain.Reason is SkipReason.NotLoaded or SkipReason.NoLocale or SkipReason.NoForm)
        {
            return NoRefusal(await InferAnswer.AskAsync(Server!.Client, model.Name, write([])));
        }

        foreach (var (set, at) in plain.Sets.Select((set, at) => (set, at)))
        {
            var answer = await InferAnswer.AskAsync(Server!.Client, model.Name, write(plain.InputNames.Zip(set.Inputs)));
            if (Difference(model, plain, set, at, answer) is { } wrong) return wrong;
        }

        return null;
    }

    /// <summary>What ONNX Runtime refuses is the client's to mend, and no failure of the server.</summary>
    private static string? NoRefusal(InferAnswer answer) => answer.Status is >= 400 and < 500 ? null : $"{answer.Status} where ONNX Runtime refuses: {answer.Json}";

    /// <summary>What ONNX Runtime answers otherwise than expected must be answered here in the same way.</summary>
    private static string? Difference(BackendModel model, PlainOutcome plain, BackendData set, int at, InferAnswer answer)
    {
        if (plain.Reason == SkipReason.NotRun) return NoRefusal(answer);
        if (answer.Status != 200) return $"{answer.Status} {answer.Json}";
        var outputs = answer.Outputs();
        if (!outputs.Select(output => output.Name).SequenceEqual(plain.OutputNames)) return "other names of outputs";
        List<Tensor> actual = [.. outputs.Select(output => output.Tensor)];
        return plain.Reason switch
        {
            SkipReason.None => TensorDifference.Of(set.Outputs, actual),
            SkipReason.OtherAnswer => TensorDifference.Of(plain.Answers[at], actual),
            SkipReason.Random => TensorDifference.OfForms(plain.Answers[at], actual),
            _ => throw new InvalidOperationException($"{model.Name}: {plain.Reason} has no answer to compare."),
        };
    }
}
