using Bullpen.Core.Repository;
using Bullpen.Core.Runtimes;
using Bullpen.Core.State;

namespace Bullpen.Core.Models;

/// <summary>What earlier loads of a model's files took, for the models that this run of the server has not measured yet.</summary>
internal sealed class ModelRecall(IModelRuntime runtime, IModelHistory history, Func<ModelFootprint, long> charge, TimeProvider time)
{
    /// <summary>The files of the model as they are now.</summary>
    internal IReadOnlyList<StampedFile> Stamp(ModelDefinition definition) => [.. runtime.FilesOf(definition.File).Select(StampedFile.Of)];

    private long BytesOf(ContentMeasure known) => charge(new ModelFootprint(known.PrivateBytes, known.MappedBytes, IsMeasured: true));

    private ContentMeasure? Find(ModelDefinition definition)
    {
        if (definition.Fault is not null) return null;
        try
        {
            return history.Find(Stamp(definition));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // A folder that cannot be listed now; the load will say so.
            return null;
        }
    }

    /// <summary>Bytes in the budget that earlier loads of this form measured, and how long the last took; or null.</summary>
    internal (long Bytes, TimeSpan LoadTime)? Expect(ModelDefinition definition, bool isMapped) =>
        Find(definition) is { } known && known.MappedBytes > 0 == isMapped ? (BytesOf(known), known.LoadTime) : null;

    /// <summary>What the cache knows, with what it does not know yet taken from earlier runs.</summary>
    internal ModelStatus Complete(ModelStatus status, ModelDefinition definition) =>
        !status.IsMeasured && Find(definition) is { } known
            ? status with { ExpectedBytes = BytesOf(known), IsMeasured = true, LoadTime = status.LoadTime ?? known.LoadTime }
            : status;

    internal void Loaded(IReadOnlyList<StampedFile> files, ModelFootprint footprint, TimeSpan loadTime)
    {
        if (footprint.IsMeasured) history.Loaded(files, footprint.PrivateBytes, footprint.MappedBytes, loadTime);
    }

    internal void Used(ModelDefinition definition, TimeSpan idleFor) => history.Used(definition.Id.Name, time.GetUtcNow() - idleFor);
}
