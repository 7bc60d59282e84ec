using Bullpen.Http;
using Bullpen.Lifecycle;
using Bullpen.Telemetry;

namespace Bullpen.Protocols.OpenInference;

/// <summary>
/// The Open Inference Protocol's REST routes with Triton's extensions. Sources: specification/protocol/inference_rest.md of
/// kserve/open-inference-protocol, docs/protocol of triton-inference-server/server.
/// </summary>
internal static class OpenInferenceEndpoints
{
    /// <summary>Where all of them lie.</summary>
    internal const string Path = "/v2";

    private const string Protocol = "v2";
    private const string Model = "/models/{model}";
    private const string Version = "/models/{model}/versions/{version}";

    internal static void MapOpenInference(this IEndpointRouteBuilder routes)
    {
        var all = routes.MapGroup(Path).WithMetadata(new OpenInferenceErrors());
        var server = all.MapGroup("").WithMetadata(new Metered(Protocol, Metered.Probe));
        server.MapMethods("", HttpVerbs.Read, ServerAnswers.DescribeAsync);
        server.MapMethods("/health/live", HttpVerbs.Read, ServerAnswers.LiveAsync).WithMetadata(new AnsweredWhileDraining());
        server.MapMethods("/health/ready", HttpVerbs.Read, ServerAnswers.ReadyAsync).WithMetadata(new AnsweredWhileDraining());

        // What a client asks of one model before and beside its requests: it knows the model's name, and no other is told.
        server.MapMethods(Model, HttpVerbs.Read, ModelAnswers.DescribeAsync);
        server.MapMethods(Version, HttpVerbs.Read, ModelAnswers.DescribeVersionAsync);
        server.MapMethods(Model + "/ready", HttpVerbs.Read, ModelAnswers.ReadyAsync);
        server.MapMethods(Version + "/ready", HttpVerbs.Read, ModelAnswers.VersionReadyAsync);
        server.MapMethods(Model + "/config", HttpVerbs.Read, ModelConfiguration.AnswerAsync);
        server.MapMethods(Version + "/config", HttpVerbs.Read, ModelConfiguration.AnswerVersionAsync);
        server.MapMethods(Model + "/stats", HttpVerbs.Read, ModelStatistics.AnswerAsync);
        server.MapMethods(Version + "/stats", HttpVerbs.Read, ModelStatistics.AnswerVersionAsync);

        var inference = all.MapGroup("").WithMetadata(new Metered(Protocol, Metered.Infer));
        inference.MapPost(Model + "/infer", ModelInference.InferAsync);
        inference.MapPost(Version + "/infer", ModelInference.InferVersionAsync);

        var management = all.MapGroup("").WithMetadata(new Metered(Protocol, Metered.Manage));
        management.MapMethods("/models/stats", HttpVerbs.Read, ModelStatistics.AnswerAllAsync);
        management.MapPost("/repository/index", RepositoryAnswers.IndexAsync);
        management.MapPost("/repository/models/{model}/load", RepositoryAnswers.LoadAsync).WithMetadata(new OpenInferenceErrors { IsLoad = true });
        management.MapPost("/repository/models/{model}/unload", RepositoryAnswers.UnloadAsync);
    }
}
