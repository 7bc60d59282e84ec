using Bullpen.Tests.Protocols.OpenInference;

namespace Bullpen.Tests.Conformance;

/// <summary>The ONNX backend tests' models, each loaded on demand and asked in JSON and in binary: docs/onnx-models.md.</summary>
[Collection(nameof(WholeProcessCollection))]
public sealed class OnnxBackendTests(BackendRun run) : IClassFixture<BackendRun>
{
    [SkippableFact]
    public void Every_model_that_ONNX_Runtime_passes_passes_here_in_JSON_and_in_binary()
    {
        SkipWithoutModels();
        File.WriteAllLines("/tmp/onnxdata_outcomes.txt", run.Outcomes.Select(o => o.ToString()));
        run.Outcomes.Where(outcome => outcome.Json is not null || outcome.Binary is not null).ShouldBeEmpty();
    }

    private void SkipWithoutModels() => Skip.If(run.Server is null, "Debian's package libonnx-testdata is needed.");
}
