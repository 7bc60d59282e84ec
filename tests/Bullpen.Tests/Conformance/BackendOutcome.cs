namespace Bullpen.Tests.Conformance;

/// <summary>What became of a model of the ONNX backend tests.</summary>
/// <param name="Model">The model.</param>
/// <param name="Plain">What ONNX Runtime alone makes of it.</param>
/// <param name="Json">What went wrong in JSON; null: nothing, or nothing can.</param>
/// <param name="Binary">What went wrong in binary.</param>
internal sealed record BackendOutcome(BackendModel Model, PlainOutcome Plain, string? Json, string? Binary)
{
    internal bool IsSkipped => Plain.Reason != SkipReason.None;

    public override string ToString() => $"{Model.Name}: {Plain.Reason} {Plain.Detail}; JSON: {Json ?? "-"}, binary: {Binary ?? "-"}";
}
