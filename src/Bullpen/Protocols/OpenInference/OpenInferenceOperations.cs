using Bullpen.Descriptions;

namespace Bullpen.Protocols.OpenInference;

/// <summary>What <c>infer</c> and the routes of Triton's extensions say of themselves in descriptions.</summary>
internal static class OpenInferenceOperations
{
    private static readonly string[] Json = ["application/json"];

    internal static readonly ApiOperation Server = new("v2_server", "The server's name, its version and the extensions that it speaks.", [], 200);

    internal static readonly ApiOperation Live = new("v2_live", "Whether the server runs.", [], 200);

    internal static readonly ApiOperation Ready = new("v2_ready", "Whether the server takes requests; not while it shuts down.", [], 200, 503);

    internal static readonly ApiOperation Model = new("v2_model", "A model's versions, inputs and outputs; loads the model.", [], 200, 400, 404, 503);

    internal static readonly ApiOperation Version = Model with { Id = "v2_version", Summary = "The inputs and outputs of one version; loads it." };

    internal static readonly ApiOperation ModelReady = new("v2_model_ready", "Whether a request to the model would be answered; loads nothing.", [], 200, 400, 404, 503);

    internal static readonly ApiOperation VersionReady = ModelReady with { Id = "v2_version_ready", Summary = "Whether a request to one version would be answered; loads nothing." };

    internal static readonly ApiOperation Config = new("v2_config", "A model's configuration, as Triton has it; loads the model.", [], 200, 400, 404, 503);

    internal static readonly ApiOperation VersionConfig = Config with { Id = "v2_version_config", Summary = "The configuration of one version, as Triton has it; loads it." };

    internal static readonly ApiOperation Statistics = new("v2_statistics", "How many requests a model had, and how long they took.", [], 200, 404);

    internal static readonly ApiOperation VersionStatistics = Statistics with { Id = "v2_version_statistics", Summary = "How many requests one version had, and how long they took." };

    internal static readonly ApiOperation AllStatistics = new("v2_all_statistics", "How many requests each model had that is in memory or was asked, and how long they took.", [], 200);

    internal static readonly ApiOperation Index = new("v2_index", "All models by name, version and state; with ready, those in memory alone.", Json, 200, 400)
    {
        Example = """{"ready":true}""",
    };

    internal static readonly ApiOperation Load = new("v2_load", "Loads a model, with the configuration given where there is one.", Json, 200, 400, 501, 503);

    internal static readonly ApiOperation Unload = new("v2_unload", "Unloads a model; a request loads it again.", Json, 200, 400);

    internal static readonly ApiOperation Infer = new(
        "infer", "Runs the model on tensors, in JSON or binary.", ["application/json", "application/octet-stream"], 200, 400, 404, 413, 503);

    internal static readonly ApiOperation InferVersion = Infer with { Id = "version_infer", Summary = "Runs one version of the model on tensors, in JSON or binary." };

    /// <summary>How infer is asked of one model.</summary>
    internal static readonly ModelBody InferOfModel = new((json, api) => BodyExample.WriteContent(
        json, "Each input with name, shape, datatype and data, flat or nested.", ["inputs"],
        api.Requests.HasOpenInference ? [new BodyExample("tensors", api.Requests.WriteOpenInference)] : []));

    internal static readonly ApiOperation Generate = new("generate", "Runs a model on its inputs by name, in plain JSON.", Json, 200, 400, 404, 413, 503);

    /// <summary>How generate is asked of one model.</summary>
    internal static readonly ModelBody GenerateOfModel = new((json, api) => BodyExample.WriteContent(
        json, "Each input by its name, a value or a flat list of values; other keys are parameters.",
        [api.Model.Signature.Inputs[0].Name], new BodyExample("inputs", api.Requests.WriteGenerate)))
    {
        IsFor = api => api.Requests.HasGenerate,
    };

    internal static readonly ApiOperation GenerateVersion = Generate with { Id = "version_generate", Summary = "Runs one version of a model on its inputs by name, in plain JSON." };

    internal static readonly ApiOperation Stream = Generate with
    {
        Id = "generate_stream",
        Summary = "The same, answered as a stream of server-sent events: one.",
        Answer = "text/event-stream",
    };

    internal static readonly ApiOperation StreamVersion = Stream with { Id = "version_generate_stream", Summary = "The same for one version, answered as a stream of server-sent events: one." };

    internal static readonly ApiOperation NamedIndex = new("named_repository_index", "The index: there is one repository, whatever its name.", Json, 200, 400);

    internal static readonly ApiOperation NamedLoad = new("named_repository_load", "Not supported; answers why.", Json, 501);

    internal static readonly ApiOperation NamedUnload = NamedLoad with { Id = "named_repository_unload" };

    internal static readonly ApiOperation ShowLogging = new("show_logging", "What the server logs.", [], 200);

    internal static readonly ApiOperation ChangeLogging = new("change_logging", "Changes what the server logs, from now on.", Json, 200, 400, 501)
    {
        Example = """{"log_verbose_level":1}""",
    };
}
