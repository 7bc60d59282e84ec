using Bullpen.Descriptions;
using Bullpen.Http;
using Bullpen.Lifecycle;
using Bullpen.Operations;
using Bullpen.Telemetry;
using Microsoft.AspNetCore.Routing.Patterns;

namespace Bullpen.Protocols.Mms;

/// <summary>The routes of AWS multi-model-server, and of TorchServe where its dialect is spoken. Source: their docs/inference_api.md and docs/management_api.md.</summary>
internal static class MmsEndpoints
{
    internal const string Protocol = "mms";
    private static readonly string[] Options = ["OPTIONS"];

    internal static void MapMms(this IEndpointRouteBuilder routes, MmsDialect dialect)
    {
        var mms = routes.MapGroup("").WithMetadata(new MmsErrors(), new ApiGroup(dialect.HasVersions ? "TorchServe" : "AWS multi-model-server")).WithMmsHeaders();
        mms.MapMethods("/ping", HttpVerbs.Read, MmsPing.AnswerAsync).WithMetadata(new AnsweredWhileDraining(), new AwaitsSingleModel(), new Metered(Protocol, Operation.Probe), MmsOperations.Ping);
        var server = mms.MapGroup("").WithMetadata(new Metered(Protocol, Operation.ReadDocuments));
        server.MapMethods("/", Options, MmsApiDescription.AnswerAsync).WithMetadata(MmsOperations.ApiDescriptionByOptions);
        server.MapMethods("/api-description", HttpVerbs.Read, MmsApiDescription.AnswerAsync).WithMetadata(MmsOperations.ApiDescription);

        mms.MapMethods("/predictions/{model}", Options, MmsModelApi.AnswerAsync).WithMetadata(new Metered(Protocol, Operation.DescribeModel), MmsOperations.DescribeApi);
        var inference = mms.MapGroup("").WithMetadata(new Metered(Protocol, Operation.Infer));
        MapInference(inference);
        var reading = mms.MapGroup("").WithMetadata(new Metered(Protocol, Operation.ListModels));
        reading.MapMethods("/models", HttpVerbs.Read, MmsModelList.ListAsync).WithMetadata(MmsOperations.List);
        var management = mms.MapGroup("").WithMetadata(new Metered(Protocol, Operation.ManageModels));
        MapManagement(management);
        if (dialect.HasVersions) MapVersions(inference, reading, management);
        else reading.MapMethods("/models/{model}", HttpVerbs.Read, MmsDescription.DescribeAsync).WithMetadata(MmsOperations.Describe);
    }

    private static void MapInference(RouteGroupBuilder inference)
    {
        inference.MapPost("/predictions/{model}", MmsPredictions.PredictAsync).WithMetadata(MmsOperations.Predict, ModelApiWriter.Data);
        inference.MapPost("/invocations", MmsPredictions.InvokeAsync).WithMetadata(MmsOperations.Invocations);
        inference.MapPost("/models/{model}/invoke", MmsPredictions.PredictAsync).WithMetadata(MmsOperations.Invoke);
        var legacy = RoutePatternFactory.Parse("/{model}/predict", defaults: null, parameterPolicies: new { model = new LegacyNameConstraint() });
        inference.Map(legacy, MmsPredictions.PredictAsync).WithMetadata(new HttpMethodMetadata(["POST"]), MmsOperations.LegacyPredict);
    }

    private static void MapManagement(RouteGroupBuilder management)
    {
        management.MapPost("/models", MmsRegistration.RegisterAsync).WithMetadata(MmsOperations.Register);
        management.MapPut("/models/{model}", MmsScaling.ScaleAsync).WithMetadata(MmsOperations.Scale);
        management.MapDelete("/models/{model}", MmsRegistration.UnregisterAsync).WithMetadata(MmsOperations.Unregister);
    }

    private static void MapVersions(RouteGroupBuilder inference, RouteGroupBuilder reading, RouteGroupBuilder management)
    {
        inference.MapPost("/predictions/{model}/{version}", MmsPredictions.PredictVersionAsync).WithMetadata(MmsOperations.PredictVersion);
        inference.MapPost("/explanations/{model}", TorchServeVersions.ExplainAsync).WithMetadata(MmsOperations.Explain);
        reading.MapMethods("/models/{model}", HttpVerbs.Read, (HttpContext context, string model, TorchServeDescription description) =>
            description.DescribeAsync(context, model)).WithMetadata(MmsOperations.Describe);
        reading.MapMethods("/models/{model}/all", HttpVerbs.Read, (HttpContext context, string model, TorchServeDescription description) =>
            description.DescribeAllAsync(context, model)).WithMetadata(MmsOperations.DescribeAll);
        reading.MapMethods("/models/{model}/{version}", HttpVerbs.Read, (HttpContext context, string model, string version, TorchServeDescription description) =>
            description.DescribeVersionAsync(context, model, version)).WithMetadata(MmsOperations.DescribeVersion);
        management.MapPut("/models/{model}/{version}", MmsScaling.ScaleVersionAsync).WithMetadata(MmsOperations.ScaleVersion);
        management.MapPut("/models/{model}/{version}/set-default", TorchServeVersions.SetDefaultAsync).WithMetadata(MmsOperations.SetDefault);
        management.MapDelete("/models/{model}/{version}", MmsRegistration.UnregisterVersionAsync).WithMetadata(MmsOperations.UnregisterVersion);
    }
}
