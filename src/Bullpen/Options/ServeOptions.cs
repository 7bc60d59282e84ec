using Bullpen.Core.Models;

namespace Bullpen.Options;

/// <summary>What a server runs with: read, checked and filled with defaults by <see cref="ServeOptionsReader"/>.</summary>
internal sealed record ServeOptions
{
    /// <summary>The model repository, an absolute path that exists.</summary>
    public required string Repository { get; init; }

    /// <summary>A models.json named by the user, an absolute path that exists; null: the repository's own, if any.</summary>
    public string? ModelsConfig { get; init; }

    /// <summary>The folder below which registrations must lie, an absolute path that exists.</summary>
    public required string ModelStore { get; init; }

    /// <summary>A folder that is one model, served alone, an absolute path that exists; null: those of the repository are served.</summary>
    public string? Model { get; init; }

    /// <summary>Who decides what is in memory: managed or external.</summary>
    public string Lifecycle { get; init; } = "managed";

    /// <summary>True where a platform decides.</summary>
    public bool IsExternal => Lifecycle == "external";

    /// <summary>The prefixes below which registrations may be downloaded, between commas; null: nothing is downloaded.</summary>
    public string? AllowedUrls { get; init; }

    /// <summary>The largest download, in bytes.</summary>
    public long MaxDownload { get; init; } = 2L << 30;

    /// <summary>The most that one archive may hold unpacked, in bytes.</summary>
    public long MaxUnpacked { get; init; } = 8L << 30;

    /// <summary>Whether host names of <see cref="AllowedUrls"/> may lead to private addresses: on or off.</summary>
    public string PrivateDownloads { get; init; } = "off";

    /// <summary>The folder below which image paths in requests must lie, absolute; null: none is configured.</summary>
    public string? Data { get; init; }

    /// <summary>The address to listen on.</summary>
    public required string Urls { get; init; }

    /// <summary>The address of management; null, or the same as <see cref="Urls"/>: one address serves all.</summary>
    public string? ManagementUrls { get; init; }

    /// <summary>Origins of web pages of others that may manage models, between commas; null: none may.</summary>
    public string? AllowedOrigins { get; init; }

    /// <summary>Whose answers the routes of multi-model-server give: mms or torchserve.</summary>
    public string Dialect { get; init; } = "mms";

    /// <summary>The server's name in the Open Inference metadata.</summary>
    public string ServerName { get; init; } = "triton";

    /// <summary>Bytes that models may take together.</summary>
    public required long Memory { get; init; }

    /// <summary>Bytes that the machine or its control group has: no option, but what <see cref="Memory"/> is compared with.</summary>
    public long MachineMemory { get; init; } = long.MaxValue;

    /// <summary>Models that may be in memory at once; null: no limit by count.</summary>
    public int? MaxModels { get; init; }

    /// <summary>The eviction policy's name.</summary>
    public string Eviction { get; init; } = EvictionPolicies.DefaultFor(null);

    /// <summary>How long after its load a model is evicted only where nothing else is left.</summary>
    public TimeSpan MinResidency { get; init; }

    /// <summary>Time without use after which a model is unloaded; null: never.</summary>
    public TimeSpan? IdleTtl { get; init; }

    /// <summary>Models to load at the start, by names between commas, or all; null: only those whose manifest says so.</summary>
    public string? Preload { get; init; }

    /// <summary>Requests that may run in one model at once.</summary>
    public int Workers { get; init; } = Environment.ProcessorCount;

    /// <summary>Requests that may wait for one model.</summary>
    public int Queue { get; init; } = 1000;

    /// <summary>How long a request waits for its model.</summary>
    public TimeSpan LoadWait { get; init; } = TimeSpan.FromSeconds(60);

    /// <summary>Models that are loaded at once.</summary>
    public int LoadConcurrency { get; init; } = 1;

    /// <summary>The longest time for which a client's lease is given; more than zero.</summary>
    public TimeSpan MaxLease { get; init; } = TimeSpan.FromHours(1);

    /// <summary>The most that <see cref="MaxBody"/> can be: a body is one array, and no array has 2 GiB.</summary>
    public const long LargestBody = 2047L << 20;

    /// <summary>The largest request body, in bytes; at most <see cref="LargestBody"/>.</summary>
    public long MaxBody { get; init; } = 64L << 20;

    /// <summary>How long a shutdown waits for requests in flight.</summary>
    public TimeSpan Grace { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>The folder of what outlives a restart, an absolute path that need not exist; null: nothing does.</summary>
    public string? State { get; init; }

    /// <summary>The file in which requests for models are recorded, an absolute path that need not exist; null: they are not.</summary>
    public string? AccessLog { get; init; }

    /// <summary>The most bytes of optimised graphs on disk; null: none are made or used.</summary>
    public long? GraphStore { get; init; } = 10L << 30;

    /// <summary>Whether mapped files count against <see cref="Memory"/>: on or off.</summary>
    public string ChargeMapped { get; init; } = "on";

    /// <summary>How often the repository is looked at for changes; null: never.</summary>
    public TimeSpan? Watch { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Models that the metrics show on their own; 0: none.</summary>
    public int MetricsModels { get; init; }
}
