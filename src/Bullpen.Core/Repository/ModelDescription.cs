using Bullpen.Core.Runtimes;

namespace Bullpen.Core.Repository;

/// <summary>All that is known of a loaded model when a request's data is bound to its inputs or its outputs are shown.</summary>
/// <param name="Definition">Name, version and manifest.</param>
/// <param name="Signature">What the model file says.</param>
public sealed record ModelDescription(ModelDefinition Definition, ModelSignature Signature)
{
    /// <summary>The model's name.</summary>
    public string Name => Definition.Id.Name;

    /// <summary>
    /// Why the rows of its requests cannot be counted, which <see cref="ModelManifest.MaxBatchSize"/> needs: a clause without a full
    /// stop that names the tensor. Null: they can, all inputs and outputs have them along axis 0.
    /// </summary>
    public string? BatchObstacle => Batching.ObstacleOf(
        Signature,
        Definition.Manifest.Input switch
        {
            InputKind.Image => true,
            InputKind.Auto => null,
            _ => false,
        });
}
