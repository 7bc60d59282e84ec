using Bullpen.Core.Runtimes;
using Bullpen.Core.Tensors;
using Bullpen.Onnx;
using Microsoft.ML.OnnxRuntime;

namespace Bullpen.Tests.Conformance;

/// <summary>What ONNX Runtime alone makes of a model: what the server is measured by.</summary>
/// <param name="Reason">Why the model is no measure, if it is none.</param>
/// <param name="Detail">What exactly, the same on every machine.</param>
internal sealed record PlainOutcome(SkipReason Reason, string Detail = "")
{
    /// <summary>Two equal answers of ten coins may be chance.</summary>
    private const int RunsOfChance = 8;

    internal IReadOnlyList<string> InputNames { get; private init; } = [];

    internal IReadOnlyList<string> OutputNames { get; private init; } = [];

    /// <summary>The sets of data.</summary>
    internal IReadOnlyList<BackendData> Sets { get; private init; } = [];

    /// <summary>What came out of each.</summary>
    internal IReadOnlyList<IReadOnlyList<Tensor>> Answers { get; private init; } = [];

    internal static PlainOutcome Of(BackendModel model)
    {
        if (!File.Exists(model.File)) return new PlainOutcome(SkipReason.NoModel);
        try
        {
            using var session = new PlainSession(model.File);
            return Of(model, session);
        }
        catch (OnnxRuntimeException exception)
        {
            var detail = Detailed(model, exception);
            return new PlainOutcome(detail.Contains("Failed to construct locale", StringComparison.Ordinal) ? SkipReason.NoLocale : SkipReason.NotLoaded, detail);
        }
    }

    private static PlainOutcome Of(BackendModel model, PlainSession session)
    {
        var names = new PlainOutcome(SkipReason.None) { InputNames = session.InputNames, OutputNames = session.OutputNames };
        if (session.OtherKinds is [_, ..] kinds) return names with { Reason = SkipReason.NoForm, Detail = string.Join(", ", kinds) };
        List<BackendData> sets = [.. model.Sets.Select(folder => BackendData.Read(folder, session))];
        sets.ShouldNotBeEmpty(model.Name);
        try
        {
            var answers = sets.ConvertAll(set => session.Run(set.Inputs));
            var known = names with { Sets = sets, Answers = answers };
            for (var run = 1; run < RunsOfChance; run++)
            {
                if (!session.Run(sets[0].Inputs).Zip(answers[0], IsSame).All(same => same)) return known with { Reason = SkipReason.Random };
            }

            var difference = sets.Zip(answers, (set, answer) => TensorDifference.Of(set.Outputs, answer)).FirstOrDefault(found => found is not null);
            return difference is null ? known : known with { Reason = SkipReason.OtherAnswer, Detail = difference };
        }
        catch (OnnxRuntimeException exception)
        {
            return names with { Reason = SkipReason.NotRun, Detail = Detailed(model, exception), Sets = sets };
        }
    }

    private static bool IsSame(Tensor one, Tensor other) =>
        one.Shape == other.Shape && one.Bytes.Span.SequenceEqual(other.Bytes.Span)
        && one.Strings.Zip(other.Strings).All(pair => pair.First.Span.SequenceEqual(pair.Second.Span));

    private static string Detailed(BackendModel model, OnnxRuntimeException exception) => NativeReason.Of(exception, new ModelFile(model.Name, model.File));
}
