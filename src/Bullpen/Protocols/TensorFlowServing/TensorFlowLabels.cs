using Bullpen.Core;
using Bullpen.Core.Administration;
using Bullpen.Core.Inference;
using Bullpen.Core.Outputs;
using Bullpen.Core.Repository;

namespace Bullpen.Protocols.TensorFlowServing;

/// <summary>
/// What is asked of a version by its label, which the manifest's <c>versionLabels</c> assign as the version_labels of TensorFlow
/// Serving's configuration do.
/// </summary>
internal static class TensorFlowLabels
{
    internal static Task PredictAsync(HttpContext context, string model, string label, ModelCatalog catalog, InferenceService inference) =>
        TensorFlowPredictions.PredictVersionAsync(context, model, VersionOf(catalog, model, label), inference);

    internal static Task ClassifyAsync(
        HttpContext context, string model, string label, ModelCatalog catalog, InferenceService inference, PredictionReader predictions) =>
        TensorFlowPredictions.ClassifyVersionAsync(context, model, VersionOf(catalog, model, label), inference, predictions);

    internal static Task RegressAsync(
        HttpContext context, string model, string label, ModelCatalog catalog, InferenceService inference, PredictionReader predictions) =>
        TensorFlowPredictions.RegressVersionAsync(context, model, VersionOf(catalog, model, label), inference, predictions);

    internal static Task MetadataAsync(HttpContext context, string model, string label, ModelCatalog catalog, InferenceService inference) =>
        TensorFlowMetadata.AnswerVersionAsync(context, model, VersionOf(catalog, model, label), inference);

    internal static Task StatusAsync(HttpContext context, string model, string label, ModelCatalog catalog, ModelAdministration administration) =>
        TensorFlowStatus.VersionStatusAsync(context, model, VersionOf(catalog, model, label), administration);

    /// <summary>The status is TensorFlow Serving's: an unknown label is an argument that is wrong (ServerCore::GetModelVersionForLabel).</summary>
    private static string VersionOf(ModelCatalog catalog, string name, string label)
    {
        var model = catalog.Get(name);
        if (model.Labels.TryGetValue(label, out var version)) return version;
        var shown = Printable.Text(label, ModelName.MaxLength);
        var expected = model.Labels.Count == 0
            ? $"no label: the manifest of {name} declares none (versionLabels)"
            : $"one of {string.Join(", ", model.Labels.Keys.Order(StringComparer.Ordinal).Take(20))}";
        throw new ServingException(ServingErrorKind.InvalidRequest, $"Unrecognized servable version label: {shown}. Expected {expected}.")
        {
            Model = name,
            Field = "label",
            Expected = expected,
            Actual = shown,
        };
    }
}
