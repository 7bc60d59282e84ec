using Bullpen.Descriptions;

namespace Bullpen.Protocols.OpenInference;

/// <summary>What <c>infer</c> and the routes of Triton's extensions say of themselves in descriptions.</summary>
internal static class OpenInferenceOperations
{
    private static readonly string[] Json = ["application/json"];

    internal static readonly ApiOperation Infer = new(
        "infer", "Runs the model on tensors, in JSON or binary.", ["application/json", "application/octet-stream"], 200, 400, 404, 413, 503);

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
