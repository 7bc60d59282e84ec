using Bullpen.Descriptions;
using Bullpen.Http;
using Bullpen.Lifecycle;
using Bullpen.Operations;
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
        var all = routes.MapGroup(Path).WithMetadata(new OpenInferenceErrors(), new ApiGroup("Open Inference Protocol, Triton"));
        var server = all.MapGroup("").WithMetadata(new Metered(Protocol, Operation.Probe));
        server.MapMethods("", HttpVerbs.Read, ServerAnswers.DescribeAsync);
        server.MapMethods("/health/live", HttpVerbs.Read, ServerAnswers.LiveAsync).WithMetadata(new AnsweredWhileDraining());
        server.MapMethods("/health/ready", HttpVerbs.Read, ServerAnswers.ReadyAsync).WithMetadata(new AnsweredWhileDraining());

        // It knows the model's name, and no other is told.
        var model = all.MapGroup("").WithMetadata(new Metered(Protocol, Operation.ReadModel));
        model.MapMethods(Model, HttpVerbs.Read, ModelAnswers.DescribeAsync);
        model.MapMethods(Version, HttpVerbs.Read, ModelAnswers.DescribeVersionAsync);
        model.MapMethods(Model + "/ready", HttpVerbs.Read, ModelAnswers.ReadyAsync);
        model.MapMethods(Version + "/ready", HttpVerbs.Read, ModelAnswers.VersionReadyAsync);
        model.MapMethods(Model + "/config", HttpVerbs.Read, ModelConfiguration.AnswerAsync);
        model.MapMethods(Version + "/config", HttpVerbs.Read, ModelConfiguration.AnswerVersionAsync);
        model.MapMethods(Model + "/stats", HttpVerbs.Read, ModelStatistics.AnswerAsync);
        model.MapMethods(Version + "/stats", HttpVerbs.Read, ModelStatistics.AnswerVersionAsync);

        var inference = all.MapGroup("").WithMetadata(new Metered(Protocol, Operation.Infer));
        inference.MapPost(Model + "/infer", ModelInference.InferAsync).WithMetadata(InferenceBody.Infer, InferenceBody.OfModel);
        inference.MapPost(Version + "/infer", ModelInference.InferVersionAsync);

        var listing = all.MapGroup("").WithMetadata(new Metered(Protocol, Operation.ListModels));
        listing.MapMethods("/models/stats", HttpVerbs.Read, ModelStatistics.AnswerAllAsync);
        listing.MapPost("/repository/index", RepositoryAnswers.IndexAsync);

        var management = all.MapGroup("/repository/models/{model}").WithMetadata(new Metered(Protocol, Operation.ManageModels));
        management.MapPost("/load", RepositoryAnswers.LoadAsync).WithMetadata(new OpenInferenceErrors { IsLoad = true });
        management.MapPost("/unload", RepositoryAnswers.UnloadAsync);
    }
}
