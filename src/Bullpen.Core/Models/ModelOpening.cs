using Bullpen.Core.Repository;
using Bullpen.Core.Runtimes;
using Bullpen.Core.State;

namespace Bullpen.Core.Models;

/// <summary>Makes a loaded model of a definition: its session, its queue, its warm-up; on the thread of the load, without a lock.</summary>
internal sealed class ModelOpening(
    IModelRuntime runtime,
    MeasuredFit fit,
    ModelRecall recall,
    ModelScale scale,
    IWarmUp warmUp,
    TimeProvider time)
{
    /// <exception cref="ServingException">It cannot be loaded, or has no room where a platform decides.</exception>
    /// <exception cref="OperationCanceledException">The server stops.</exception>
    internal LoadedModel Open(
        CacheEntry entry, IReadOnlyList<StampedFile> files, Action<LoadedModel, LeaseCounter.Released> released, CancellationToken stopping)
    {
        stopping.ThrowIfCancellationRequested();
        var started = time.GetTimestamp();
        var definition = entry.Definition;
        var session = runtime.Load(definition.File, stopping);
        try
        {
            fit.Require(entry, session.Footprint);
            var description = new ModelDescription(definition, session.Signature);
            if (definition.Manifest.MaxBatchSize is not null && description.BatchObstacle is { } obstacle)
                throw ModelErrors.CannotBatch(definition, obstacle);
            var scheduler = scale.SchedulerOf(definition, session);
            if (definition.Manifest.WarmUp.Count > 0)
            {
                session.WarmUp(() => warmUp.Run(description, scheduler, stopping));
                fit.Require(entry, session.Footprint);
            }

            return new LoadedModel(definition, session, scheduler, time, released, scale.BatchOf(definition));
        }
        catch (Exception e)
        {
            try
            {
                // What it measured in vain spares the next try the load.
                if (e is ServingException { Kind: ServingErrorKind.InsufficientMemory }) recall.Loaded(files, session.Footprint, time.GetElapsedTime(started));
            }
            finally
            {
                session.Dispose();
            }

            throw;
        }
    }
}
