using System.Runtime.CompilerServices;
using Bullpen.Core.Repository;

namespace Bullpen.Core.Inference;

/// <summary>The <see cref="ModelTimes"/> of every model that was asked since the server began; forgotten with the model's definition.</summary>
public sealed class InferenceStatistics(TimeProvider time)
{
    private readonly ConditionalWeakTable<ModelDefinition, ModelTimes> _models = [];

    /// <summary>What is known of a version; null where it was never asked.</summary>
    public ModelTimes? Of(ModelDefinition definition) => _models.TryGetValue(definition, out var times) ? times : null;

    internal InferenceTiming Begin(ModelDefinition definition) => new(TimesOf(definition), time);

    /// <summary>Counts a request that had no lease on its model.</summary>
    internal void Refused(ModelDefinition definition, TimeSpan took) => TimesOf(definition).Failed(took);

    private ModelTimes TimesOf(ModelDefinition definition) => _models.GetValue(definition, static _ => new ModelTimes());
}
