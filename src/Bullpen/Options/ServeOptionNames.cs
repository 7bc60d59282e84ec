using Bullpen.Core.Models;

namespace Bullpen.Options;

/// <summary>Every option of <c>bullpen serve</c>, in the order of its help.</summary>
internal static class ServeOptionNames
{
    internal static readonly OptionDefinition Repository = new(
        "repository", "DIR", "The folder that holds the models. Default: samples/models in a checkout, else /opt/ml/models.");

    internal static readonly OptionDefinition ModelsConfig = new(
        "models-config", "FILE",
        "A models.json that lists models; its paths are relative to it. Default: models.json or config/models.json in the repository, if there.");

    internal static readonly OptionDefinition ModelStore = new(
        "model-store", "DIR",
        "What the url of POST /models must lie below. Default: /opt/ml/models if it exists, else the repository.", "SAGEMAKER_MODEL_STORE");

    internal static readonly OptionDefinition Model = new(
        "model", "DIR",
        "A folder that is one model: served alone, loaded at the start. Default outside a checkout: /opt/ml/model, if it holds anything and no repository is there.");

    internal static readonly OptionDefinition Lifecycle = new(
        "lifecycle", "WHO",
        "Who decides what is in memory. managed: Bullpen loads and evicts; external: a platform, by POST and DELETE /models. Default: managed; external where SAGEMAKER_MULTI_MODEL=true.");

    internal static readonly OptionDefinition AllowedUrls = new(
        "allowed-urls", "URLS", "Prefixes between commas that the url of POST /models may be downloaded from: https://models.example.org/onnx. Default: none.");

    internal static readonly OptionDefinition PrivateDownloads = new(
        "private-downloads", "SWITCH", "on or off: whether host names in --allowed-urls may lead to private and loopback addresses. Default: off.");

    internal static readonly OptionDefinition MaxDownload = new(
        "max-download", "SIZE", "The largest model that is downloaded. Default: 2GiB.");

    internal static readonly OptionDefinition MaxUnpacked = new(
        "max-unpacked", "SIZE", "The most that one archive may hold unpacked. Default: 8GiB.");

    internal static readonly OptionDefinition Data = new(
        "data", "DIR", "What image paths in requests are relative to. Default: samples/images in a checkout, else none.");

    internal static readonly OptionDefinition Urls = new(
        "urls", "URL", "The address to listen on. Default: http://127.0.0.1:8080; the variable PORT replaces the default's port.");

    internal static readonly OptionDefinition ManagementUrls = new(
        "management-urls", "URL",
        "Where models are registered, listed and deleted, and /cache and /metrics answer. The word same: as --urls. Default: that, while it is the loopback address or a platform decides, else http://127.0.0.1 and the next port.");

    internal static readonly OptionDefinition AllowedOrigins = new(
        "allowed-origins", "ORIGINS",
        "Web pages of others that may manage models, by origin, between commas: https://console.example.org. Their hosts may also name the server. Default: none.");

    internal static readonly OptionDefinition Dialect = new(
        "dialect", "NAME", "mms or torchserve: whose answers the routes of AWS multi-model-server give where the two differ. Default: mms.");

    internal static readonly OptionDefinition ServerName = new(
        "server-name", "NAME", "The server's name in the answer to GET /v2; Triton's clients look for triton there. Default: triton.");

    internal static readonly OptionDefinition Memory = new(
        "memory", "SIZE", "Bytes that models may take together: 512MiB, 2GiB. Default: 60 % of what the machine or container has.");

    internal static readonly OptionDefinition MaxModels = new(
        "max-models", "N", "How many models may be in memory at once. Default: as many as the memory budget holds.");

    internal static readonly OptionDefinition Eviction = new(
        "eviction", "POLICY", $"Which idle model goes first: {string.Join(", ", EvictionPolicies.Names)}. Default: {EvictionPolicies.DefaultFor(1)} with --max-models, else {EvictionPolicies.DefaultFor(null)}.");

    internal static readonly OptionDefinition MinResidency = new(
        "min-residency", "TIME", $"How long after its load a model is evicted only where nothing else is left. Default: 0 with --eviction {LruEvictionPolicy.PolicyName}, else 5s.");

    internal static readonly OptionDefinition IdleTtl = new(
        "idle-ttl", "TIME", "Time without use after which a model is unloaded: 10m, 1h; 0 or off: never. Default: off.");

    internal static readonly OptionDefinition Preload = new(
        "preload", "NAMES", "Models to load at the start, while the server already answers: NAME,NAME or all. Default: those whose model.json says so.");

    internal static readonly OptionDefinition Workers = new(
        "workers", "N", "Requests that may run in one model at once, where its model.json does not say; at most 1024, and all models together never run more than there are cores. Default: the number of cores.",
        "SAGEMAKER_MODEL_SERVER_WORKERS", "SAGEMAKER_NUM_MODEL_WORKERS", "MMS_DEFAULT_WORKERS_PER_MODEL");

    internal static readonly OptionDefinition Queue = new(
        "queue", "N", "Requests that may wait for one model beside those. Default: 1000.");

    internal static readonly OptionDefinition LoadWait = new(
        "load-wait", "TIME", "How long a request waits for its model to be loaded: 500ms, 60s, 2m. Default: 60s; 6m with --lifecycle external.",
        "SAGEMAKER_MODEL_SERVER_TIMEOUT_SECONDS", "SAGEMAKER_MODEL_SERVER_TIMEOUT", "SAGEMAKER_RESPONSE_TIMEOUT")
    {
        Units = new Dictionary<string, string> { ["SAGEMAKER_MODEL_SERVER_TIMEOUT"] = "m", ["SAGEMAKER_RESPONSE_TIMEOUT"] = "m" },
    };

    internal static readonly OptionDefinition LoadConcurrency = new(
        "load-concurrency", "N", "Models that are loaded at once, at most 64. Loads that overlap are not measured. Default: 1.");

    internal static readonly OptionDefinition MaxLease = new(
        "max-lease", "TIME", "The longest time for which a client may keep a model in memory by POST /cache/leases. Default: 1h.");

    internal static readonly OptionDefinition MaxBody = new(
        "max-body", "SIZE", "The largest request body, at most 2047MiB. Default: 64MiB.", "SAGEMAKER_MAX_PAYLOAD_IN_MB", "SAGEMAKER_MAX_REQUEST_SIZE")
    {
        Units = new Dictionary<string, string> { ["SAGEMAKER_MAX_PAYLOAD_IN_MB"] = "MiB" },
    };

    internal static readonly OptionDefinition Grace = new(
        "grace", "TIME", "How long a shutdown waits for requests in flight. Default: 30s.");

    internal static readonly OptionDefinition State = new(
        "state", "DIR",
        "Where registrations and measured sizes outlive a restart; none: nowhere. Default: $XDG_STATE_HOME/bullpen, else ~/.local/state/bullpen.");

    internal static readonly OptionDefinition GraphStore = new(
        "graph-store", "SIZE",
        "Disk for optimised graphs, which make the second and later loads short and small, in the folder graphs of --state; off: none. A tenth of the disk stays free in any case. Default: 10GiB.");

    internal static readonly OptionDefinition ChargeMapped = new(
        "charge-mapped", "SWITCH",
        "on or off: whether --memory counts the files that optimised graphs map, which the kernel can drop and read again. Default: on.");

    internal static readonly OptionDefinition Watch = new(
        "watch", "TIME", "How often the repository is looked at for models that came, changed or went: 500ms, 2s, 1m; 0 or off: never. Default: 2s.");

    internal static readonly OptionDefinition AccessLog = new(
        "access-log", "FILE", "Where to record who asks for which model when, for 'bullpen simulate'; at most twice 64 MiB. Default: off.");

    internal static readonly OptionDefinition MetricsModels = new(
        "metrics-models", "N", "How many models, the most used, GET /metrics shows on their own; at most 1000, the rest are summed. Default: 0.");

    internal static IReadOnlyList<OptionDefinition> All { get; } =
    [
        Repository, Model, ModelsConfig, ModelStore, Lifecycle, Data, Urls, ManagementUrls, AllowedOrigins, Dialect, ServerName, Memory, MaxModels, Eviction, MinResidency, IdleTtl, Preload, Workers, Queue, LoadWait,
        LoadConcurrency, MaxLease, MaxBody, Grace, State, Watch, GraphStore, ChargeMapped, AccessLog, MetricsModels,
        AllowedUrls, PrivateDownloads, MaxDownload, MaxUnpacked,
    ];
}
