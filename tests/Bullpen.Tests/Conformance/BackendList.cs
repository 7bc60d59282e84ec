using System.Globalization;
using System.Text;
using Bullpen.Onnx;

namespace Bullpen.Tests.Conformance;

/// <summary>Writes docs/onnx-models.md.</summary>
internal static class BackendList
{
    private const string Introduction =
        """
        # The ONNX backend tests' models

        ONNX comes with models of nearly every operator, each with inputs and the outputs expected for them; Debian packs those of ONNX 1.12 as
        `libonnx-testdata`. Here every one lies in a model repository, is loaded on demand by a server whose budget holds a part of them at once,
        and is asked over HTTP by the Open Inference Protocol, with all of its data in JSON and again in binary. What passes is compared as ONNX's own
        runner does: floats within 1e-3 of the value and 1e-7, and all else, types and shapes exactly.

        The measure is ONNX Runtime: each model also runs in a session of it with nothing of Bullpen around. What that passes has to pass here; what
        it does not is skipped, with the reason, and has to be answered as it answers: with the same values, or a 4xx. Models that do not answer the
        same eight times in a row draw random numbers: of their answers only the types and shapes are compared.

        `OnnxBackendTests` in `tests/Bullpen.Tests/Conformance` wrote this list, and fails where it finds otherwise. To write it anew:

        ```bash
        ONNX_MODELS_REWRITE=1 dotnet test tests/Bullpen.Tests --filter OnnxBackendTests
        ```

        """;

    internal static string Of(IReadOnlyList<BackendOutcome> outcomes)
    {
        var text = new StringBuilder(Introduction.ReplaceLineEndings("\n"));
        text.Append(CultureInfo.InvariantCulture, $"\nMeasured with ONNX Runtime {OnnxModelRuntime.NativeVersion()} on x64, with the locale en_US.UTF-8.\n");
        text.Append("\n## Totals\n\n| part | models | JSON: passed | failed | skipped | binary: passed | failed | skipped |\n|---|---|---|---|---|---|---|---|\n");
        foreach (var part in outcomes.GroupBy(outcome => outcome.Model.Folder)) AppendTotals(text, $"`{part.Key}`", [.. part]);
        AppendTotals(text, "all", outcomes);
        text.Append("\nNewer versions of ONNX have a part `light`; 1.12 has none.\n");
        AppendFailed(text, outcomes);
        foreach (var reason in Enum.GetValues<SkipReason>()) AppendSkipped(text, reason, [.. outcomes.Where(outcome => outcome.Plain.Reason == reason)]);
        return text.ToString();
    }

    private static void AppendTotals(StringBuilder text, string part, IReadOnlyList<BackendOutcome> outcomes)
    {
        var measured = outcomes.Where(outcome => !outcome.IsSkipped).ToList();
        var skipped = outcomes.Count - measured.Count;
        text.Append(CultureInfo.InvariantCulture, $"| {part} | {outcomes.Count} ");
        foreach (var failed in new[] { measured.Count(outcome => outcome.Json is not null), measured.Count(outcome => outcome.Binary is not null) })
            text.Append(CultureInfo.InvariantCulture, $"| {measured.Count - failed} | {failed} | {skipped} ");
        text.Append("|\n");
    }

    private static void AppendFailed(StringBuilder text, IReadOnlyList<BackendOutcome> outcomes)
    {
        var failed = outcomes.Where(outcome => !outcome.IsSkipped && (outcome.Json ?? outcome.Binary) is not null).ToList();
        text.Append("\n## Failed\n\n");
        if (failed.Count == 0) text.Append("None.\n");
        foreach (var outcome in failed) text.Append(CultureInfo.InvariantCulture, $"- `{outcome.Model.Name}`: {outcome.Json ?? outcome.Binary}\n");
    }

    private static void AppendSkipped(StringBuilder text, SkipReason reason, IReadOnlyList<BackendOutcome> outcomes)
    {
        if (reason == SkipReason.None || outcomes.Count == 0) return;
        text.Append(CultureInfo.InvariantCulture, $"\n## Skipped, {outcomes.Count}: {Describe(reason)}\n\n");
        foreach (var detail in outcomes.GroupBy(outcome => outcome.Plain.Detail))
        {
            if (detail.Key.Length > 0) text.Append(CultureInfo.InvariantCulture, $"- {detail.Key}: ");
            else text.Append("- ");
            text.AppendJoin(", ", detail.Select(outcome => $"`{outcome.Model.Name}`")).Append('\n');
        }
    }

    private static string Describe(SkipReason reason) => reason switch
    {
        SkipReason.NoModel => "the package has no model, only the address to download it from",
        SkipReason.NoForm => "what goes in or comes out is no tensor, and V2 has no form for it. Answered 400",
        SkipReason.NotLoaded => "ONNX Runtime itself cannot load it. Answered 400",
        SkipReason.NotRun => "ONNX Runtime itself refuses these inputs. Answered 400",
        SkipReason.Random => "ONNX Runtime itself draws random numbers, and answers otherwise each time",
        SkipReason.OtherAnswer => "ONNX Runtime itself answers otherwise than expected",
        _ => throw new ArgumentOutOfRangeException(nameof(reason), reason, "A reason that this list does not tell."),
    };
}
