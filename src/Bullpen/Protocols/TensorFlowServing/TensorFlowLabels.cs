using Bullpen.Core;
using Bullpen.Core.Repository;

namespace Bullpen.Protocols.TensorFlowServing;

/// <summary>Labels of versions, which TensorFlow Serving's configuration may assign and no manifest here has: a clear 404.</summary>
internal static class TensorFlowLabels
{
    internal static void Refuse(string model, string label, ModelCatalog catalog)
    {
        var known = catalog.Get(model);
        throw new ServingException(
            ServingErrorKind.ModelNotFound,
            $"Model {known.Name} has no version with that label: versions have no labels here. Name a version (/versions/{known.Default.Id.Version}), or none for the default.")
        {
            Model = known.Name,
            Field = "label",
            Expected = "no label",
            Actual = label.Length <= ModelName.MaxLength ? label : $"{label.Length} characters",
        };
    }
}
