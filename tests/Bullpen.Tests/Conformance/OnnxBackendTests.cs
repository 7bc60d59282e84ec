using Bullpen.TestKit;
using Bullpen.Tests.Protocols.OpenInference;

namespace Bullpen.Tests.Conformance;

/// <summary>The ONNX backend tests' models, each loaded on demand and asked in JSON and in binary: docs/onnx-models.md.</summary>
[Collection(nameof(WholeProcessCollection))]
public sealed class OnnxBackendTests(BackendRun run) : IClassFixture<BackendRun>
{
    private const string RewriteVariable = "ONNX_MODELS_REWRITE";

    private static readonly string List = Checkout.At("docs", "onnx-models.md");

    [SkippableFact]
    public void Every_model_that_ONNX_Runtime_passes_passes_here_in_JSON_and_in_binary()
    {
        SkipWithoutModels();
        var measured = run.Outcomes.Where(outcome => !outcome.IsSkipped).ToList();

        measured.Count.ShouldBeGreaterThan(900);
        measured.Where(outcome => outcome.Json is not null || outcome.Binary is not null).ShouldBeEmpty();
    }

    [SkippableFact]
    public void What_ONNX_Runtime_refuses_or_V2_has_no_form_for_is_a_clear_4xx()
    {
        SkipWithoutModels();
        var refused = run.Outcomes.Where(outcome => outcome.Plain.Reason is SkipReason.NotLoaded or SkipReason.NoLocale or SkipReason.NotRun or SkipReason.NoForm).ToList();

        refused.Select(outcome => outcome.Plain.Reason).ShouldContain(SkipReason.NoForm);
        refused.Where(outcome => outcome.Json is not null || outcome.Binary is not null).ShouldBeEmpty();
    }

    [SkippableFact]
    public void What_ONNX_Runtime_answers_otherwise_than_expected_is_answered_as_it_does()
    {
        SkipWithoutModels();
        var others = run.Outcomes.Where(outcome => outcome.Plain.Reason == SkipReason.OtherAnswer).ToList();

        others.ShouldNotBeEmpty();
        others.Where(outcome => outcome.Json is not null || outcome.Binary is not null).ShouldBeEmpty();
    }

    [SkippableFact]
    public void What_draws_random_numbers_is_answered_with_the_outputs_types_and_shapes_that_ONNX_Runtime_gives()
    {
        SkipWithoutModels();
        var random = run.Outcomes.Where(outcome => outcome.Plain.Reason == SkipReason.Random).ToList();

        random.ShouldNotBeEmpty();
        random.Where(outcome => outcome.Json is not null || outcome.Binary is not null).ShouldBeEmpty();
    }

    [SkippableFact]
    public async Task Models_were_evicted_along_the_way_and_the_server_came_out_of_it_unharmed()
    {
        SkipWithoutModels();
        var first = run.Outcomes.First(outcome => !outcome.IsSkipped);

        (await run.Server!.LoadedAsync()).Count.ShouldBeLessThan(run.Outcomes.Count / 2);
        run.Server.Cache.Budget.Ledger.Used.ShouldBeLessThanOrEqualTo(BackendRun.Budget);
        var answer = await InferAnswer.AskAsync(run.Server.Client, first.Model.Name, InferBody.InBinary(first.Plain.InputNames.Zip(first.Plain.Sets[0].Inputs)));
        answer.Status.ShouldBe(200, answer.Json);
    }

    [SkippableFact]
    public void The_list_of_what_passes_and_why_the_rest_does_not_is_up_to_date()
    {
        SkipWithoutModels();
        var list = BackendList.Of([.. run.Outcomes.Select(AsWithTheLocale)]);
        if (Environment.GetEnvironmentVariable(RewriteVariable) == "1")
        {
            run.Outcomes.ShouldNotContain(outcome => outcome.Plain.Reason == SkipReason.NoLocale, "Only a machine with the locale en_US.UTF-8 can tell all of the list.");
            File.WriteAllText(List, list);
        }

        File.ReadAllText(List).ShouldBe(list, $"{RewriteVariable}=1 in the environment of this test rewrites the list.");
    }

    // The list tells what holds where the locale is there: those that need it pass. A machine without it has nothing to say of these alone.
    private static BackendOutcome AsWithTheLocale(BackendOutcome outcome) =>
        outcome.Plain.Reason == SkipReason.NoLocale ? outcome with { Plain = new PlainOutcome(SkipReason.None), Json = null, Binary = null } : outcome;

    private void SkipWithoutModels() => Skip.If(run.Server is null, "Debian's package libonnx-testdata is needed.");
}
