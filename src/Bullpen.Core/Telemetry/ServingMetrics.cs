namespace Bullpen.Core.Telemetry;

/// <summary>Every metric of the server: the one place that names them. docs/operations.md has the same list, and a test compares.</summary>
public static class ServingMetrics
{
    /// <summary>The name of the meter that has the instruments.</summary>
    public const string MeterName = "Bullpen";

    // From a mapped graph of a few KB to a large model on a slow disk.
    private static readonly double[] LoadTimes = [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];
    private static readonly double[] RequestTimes = [0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 60];
    private static readonly double[] Ages = [1, 5, 15, 60, 300, 900, 3600, 14400, 86400, 604800];

    /// <summary>The memory budget.</summary>
    public static MetricDefinition MemoryBudget { get; } = new(
        "bullpen.memory.budget", MetricType.Gauge, "By", "Bytes that models may take together (--memory).");

    /// <summary>What is taken of it.</summary>
    public static MetricDefinition MemoryUsed { get; } = new(
        "bullpen.memory.used", MetricType.Gauge, "By", "Bytes of the budget that are taken: reserved for loads under way, resident, draining.", "state");

    /// <summary>What is taken beyond it.</summary>
    public static MetricDefinition MemoryOvershoot { get; } = new(
        "bullpen.memory.overshoot", MetricType.Gauge, "By", "Bytes by which models that measured larger than reserved exceed the budget.");

    /// <summary>The process in memory.</summary>
    public static MetricDefinition ProcessResident { get; } = new(
        "bullpen.process.resident", MetricType.Gauge, "By", "Resident memory of the whole process.");

    /// <summary>The process's time on processors.</summary>
    public static MetricDefinition ProcessCpu { get; } = new(
        "bullpen.process.cpu", MetricType.Counter, "s", "Processor time of the whole process.");

    /// <summary>What is managed by .NET.</summary>
    public static MetricDefinition ManagedHeap { get; } = new(
        "bullpen.managed_heap", MetricType.Gauge, "By", "Bytes on the .NET heap: request bodies, answers, the catalogue; no model weights.");

    /// <summary>Collections of that.</summary>
    public static MetricDefinition GarbageCollections { get; } = new(
        "bullpen.gc.collections", MetricType.Counter, null, "Garbage collections of each generation, those of higher ones included.", "generation");

    /// <summary>Time that they took.</summary>
    public static MetricDefinition GarbagePauses { get; } = new(
        "bullpen.gc.pauses", MetricType.Counter, "s", "Time for which garbage collections stopped all threads.");

    /// <summary>Threads that answer requests.</summary>
    public static MetricDefinition PoolThreads { get; } = new(
        "bullpen.threadpool.threads", MetricType.Gauge, null, "Threads of the pool that answers requests.");

    /// <summary>Which Bullpen it is.</summary>
    public static MetricDefinition Build { get; } = new(
        "bullpen.build_info", MetricType.Gauge, null, "Always 1; the label is the version of the server.", "version");

    /// <summary>Models in the catalogue.</summary>
    public static MetricDefinition KnownModels { get; } = new(
        "bullpen.known_models", MetricType.Gauge, null, "Models in the catalogue, those that cannot be served included.");

    /// <summary>Models in memory.</summary>
    public static MetricDefinition ResidentModels { get; } = new(
        "bullpen.resident_models", MetricType.Gauge, null, "Models in memory, those on their way out included.");

    /// <summary>Requests whose model was there.</summary>
    public static MetricDefinition CacheHits { get; } = new(
        "bullpen.cache.hits", MetricType.Counter, null, "Requests that found their model in memory.");

    /// <summary>Requests whose model was not there.</summary>
    public static MetricDefinition CacheMisses { get; } = new(
        "bullpen.cache.misses", MetricType.Counter, null, "Requests that did not find their model in memory, whatever came of them; registrations and replacements that load one are among them.");

    /// <summary>Loads that succeeded.</summary>
    public static MetricDefinition Loads { get; } = new(
        "bullpen.loads", MetricType.Counter, null, "Loads that succeeded.");

    /// <summary>How long they took.</summary>
    public static MetricDefinition LoadDuration { get; } = new(
        "bullpen.load.duration", MetricType.Histogram, "s", "Time that a successful load took, without the wait for room and turn.")
    {
        Buckets = LoadTimes,
    };

    /// <summary>Loads that failed.</summary>
    public static MetricDefinition LoadFailures { get; } = new(
        "bullpen.load.failures", MetricType.Counter, null, "Loads that failed, by the kind of the error.", "kind");

    /// <summary>How long requests waited for loads.</summary>
    public static MetricDefinition LoadWait { get; } = new(
        "bullpen.load.wait", MetricType.Histogram, "s", "Time that a request waited for its model to be loaded, for room and turn too, whatever came of it.")
    {
        Buckets = LoadTimes,
    };

    /// <summary>Loads that an eviction a moment before would have spared.</summary>
    public static MetricDefinition Reloads { get; } = new(
        "bullpen.thrash.reloads", MetricType.Counter, null, "Loads of models that were asked for within a minute of their eviction.");

    /// <summary>Models that left memory.</summary>
    public static MetricDefinition Evictions { get; } = new(
        "bullpen.evictions", MetricType.Counter, null, "Models that left memory: evicted for room, replaced, requested by a delete, shutdown.", "reason");

    /// <summary>How long evicted ones had been there.</summary>
    public static MetricDefinition EvictionAge { get; } = new(
        "bullpen.eviction.age", MetricType.Histogram, "s", "Time that a model evicted for room had been in memory.")
    {
        Buckets = Ages,
    };

    /// <summary>Requests that a full queue turned away.</summary>
    public static MetricDefinition QueueRefusals { get; } = new(
        "bullpen.queue.refusals", MetricType.Counter, null, "Requests refused because too many waited already (--queue): in a loaded model, or for its load.", "queue");

    /// <summary>Requests by what came of them.</summary>
    public static MetricDefinition Requests { get; } = new(
        "bullpen.requests", MetricType.Counter, null, "Requests answered, by protocol, operation and outcome: ok, cancelled, or the kind of the error.", "protocol", "operation", "outcome");

    /// <summary>How long they took.</summary>
    public static MetricDefinition RequestDuration { get; } = new(
        "bullpen.request.duration", MetricType.Histogram, "s", "Time from the headers of a request to the end of its answer.", "protocol", "operation")
    {
        Buckets = RequestTimes,
    };

    /// <summary>Requests being answered.</summary>
    public static MetricDefinition RequestsInFlight { get; } = new(
        "bullpen.requests.in_flight", MetricType.Gauge, null, "Requests being answered; health checks and scrapes are not counted.");

    /// <summary>Requests by model.</summary>
    public static MetricDefinition ModelRequests { get; } = new(
        "bullpen.model.requests", MetricType.Counter, null, "Requests that got a model, for the most used models (--metrics-models); the rest together as 'other'.", "model");

    /// <summary>Memory by model.</summary>
    public static MetricDefinition ModelMemory { get; } = new(
        "bullpen.model.memory", MetricType.Gauge, "By", "Bytes of the budget that a model takes, for the same models; the rest together as 'other'.", "model");

    /// <summary>All of them.</summary>
    public static IReadOnlyList<MetricDefinition> All { get; } =
    [
        MemoryBudget, MemoryUsed, MemoryOvershoot, ResidentModels, KnownModels,
        CacheHits, CacheMisses, Loads, LoadDuration, LoadFailures, LoadWait, Reloads, Evictions, EvictionAge,
        Requests, RequestDuration, RequestsInFlight, QueueRefusals, ModelRequests, ModelMemory,
        ProcessResident, ProcessCpu, ManagedHeap, GarbageCollections, GarbagePauses, PoolThreads, Build,
    ];
}
