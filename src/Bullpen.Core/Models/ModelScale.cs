using System.Runtime.CompilerServices;
using Bullpen.Core.Repository;
using Bullpen.Core.Runtimes;
using Bullpen.Core.Scheduling;

namespace Bullpen.Core.Models;

/// <summary>
/// The permits of every model, loaded or not, and how many rows a request to it may have. What an operator changed holds through unloads and replacements of the model's
/// files, and is forgotten with the model. Safe from any thread.
/// </summary>
/// <param name="options">The permits of a model whose manifest does not say, and the length of every queue.</param>
/// <param name="gate">The server's width.</param>
/// <param name="refused">Told of each request that a full queue turns away.</param>
internal sealed class ModelScale(ModelManagerOptions options, ExecutionGate gate, Action refused)
{
    // Keyed by the definition itself: a model that is deleted and registered again is another one.
    private readonly ConditionalWeakTable<ModelDefinition, WorkerPermits> _permits = [];
    private readonly ConditionalWeakTable<ModelDefinition, WorkerRange> _asked = [];
    private readonly ConditionalWeakTable<ModelDefinition, BatchLimit> _batches = [];

    /// <summary>Through which requests run in one load of the model; its permits are those of all loads.</summary>
    internal ModelScheduler SchedulerOf(ModelDefinition definition, IModelSession session) =>
        new(definition.Id.Name, session, PermitsOf(definition), options.QueueLength, refused);

    /// <summary>How many requests may run in it at once, now or once it is loaded.</summary>
    internal int WorkersOf(ModelDefinition definition) => _permits.TryGetValue(definition, out var permits) ? permits.Count : Default(definition);

    /// <summary>What an operator asked for last, or null.</summary>
    internal WorkerRange? AskedOf(ModelDefinition definition) => _asked.TryGetValue(definition, out var range) ? range : null;

    /// <summary>An operator's word; with <see cref="WorkerRange.Most"/> 0 the permits stay, for the request that loads it again.</summary>
    internal void Set(ModelDefinition definition, WorkerRange range)
    {
        _asked.AddOrUpdate(definition, range);
        if (range.Most > 0) PermitsOf(definition).Resize(range.Most);
    }

    /// <summary>How many rows a request to it may have, in this load and every other.</summary>
    internal BatchLimit BatchOf(ModelDefinition definition) =>
        _batches.GetValue(definition, static key => new BatchLimit(key.Manifest.MaxBatchSize ?? 0));

    /// <summary>The model's files were replaced: what was asked for it holds for its successor.</summary>
    internal void HandDown(ModelDefinition definition, ModelDefinition successor)
    {
        if (_batches.TryGetValue(definition, out var batch) && batch.Asked is { } rows) BatchOf(successor).Asked = rows;
        if (AskedOf(definition) is not { } range) return;
        _asked.AddOrUpdate(successor, range);
        PermitsOf(successor).Resize(WorkersOf(definition));
    }

    private WorkerPermits PermitsOf(ModelDefinition definition) => _permits.GetValue(definition, NewPermits);

    private WorkerPermits NewPermits(ModelDefinition definition) => new(gate, Default(definition));

    private int Default(ModelDefinition definition) => definition.Manifest.Workers ?? options.Workers;
}
