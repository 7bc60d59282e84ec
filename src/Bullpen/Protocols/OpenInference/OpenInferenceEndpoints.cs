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
        inference.MapPost(Model + "/infer", ModelInference.InferAsync).WithMetadata(OpenInferenceOperations.Infer, OpenInferenceOperations.InferOfModel);
        inference.MapPost(Version + "/infer", ModelInference.InferVersionAsync);

        inference.MapPost(Model + "/generate", ModelGeneration.GenerateAsync).WithMetadata(OpenInferenceOperations.Generate, OpenInferenceOperations.GenerateOfModel);
        inference.MapPost(Version + "/generate", ModelGeneration.GenerateVersionAsync).WithMetadata(OpenInferenceOperations.GenerateVersion);
        inference.MapPost(Model + "/generate_stream", ModelGeneration.StreamAsync).WithMetadata(OpenInferenceOperations.Stream);
        inference.MapPost(Version + "/generate_stream", ModelGeneration.StreamVersionAsync).WithMetadata(OpenInferenceOperations.StreamVersion);

        var listing = all.MapGroup("").WithMetadata(new Metered(Protocol, Operation.ListModels));
        listing.MapMethods("/models/stats", HttpVerbs.Read, ModelStatistics.AnswerAllAsync);
        listing.MapPost("/repository/index", RepositoryAnswers.IndexAsync);
        listing.MapPost("/repository/{repository}/index", RepositoryAnswers.IndexAsync).WithMetadata(OpenInferenceOperations.NamedIndex);

        var management = all.MapGroup("/repository/models/{model}").WithMetadata(new Metered(Protocol, Operation.ManageModels));
        management.MapPost("/load", RepositoryAnswers.LoadAsync).WithMetadata(new OpenInferenceErrors { IsLoad = true });
        management.MapPost("/unload", RepositoryAnswers.UnloadAsync);

        var named = all.MapGroup("/repository/{repository}/models/{model}").WithMetadata(new Metered(Protocol, Operation.ManageModels));
        named.MapPost("/load", RepositoryAnswers.RefuseName).WithMetadata(OpenInferenceOperations.NamedLoad);
        named.MapPost("/unload", RepositoryAnswers.RefuseName).WithMetadata(OpenInferenceOperations.NamedUnload);

        all.MapMethods("/logging", HttpVerbs.Read, LoggingAnswers.ShowAsync)
            .WithMetadata(new Metered(Protocol, Operation.ReadSettings), OpenInferenceOperations.ShowLogging);
        all.MapPost("/logging", LoggingAnswers.ChangeAsync)
            .WithMetadata(new Metered(Protocol, Operation.ManageSettings), OpenInferenceOperations.ChangeLogging);
    }
}
