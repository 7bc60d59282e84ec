using Bullpen.Http;
using Bullpen.Telemetry;
using Microsoft.AspNetCore.Routing.Patterns;

namespace Bullpen.Protocols.TensorFlowServing;

/// <summary>
/// The routes of TensorFlow Serving's REST interface and of KServe's V1 protocol, which are one family. Sources:
/// tensorflow_serving/g3doc/api_rest.md; docs/predict-api/v1.md of kserve.
/// </summary>
internal static class TensorFlowEndpoints
{
    /// <summary>What all its paths begin with.</summary>
    internal const string Path = "/v1/models";

    private const string Protocol = "tensorflow";

    internal static void MapTensorFlowServing(this IEndpointRouteBuilder routes)
    {
        var all = routes.MapGroup("").WithMetadata(new TensorFlowErrors());
        var inference = all.MapGroup("").WithMetadata(new Metered(Protocol, Metered.Infer));
        inference.MapPost(Path + "/{model}:predict", TensorFlowPredictions.PredictAsync);
        inference.MapPost(Path + "/{model}:classify", TensorFlowPredictions.ClassifyAsync);
        inference.MapPost(Path + "/{model}:regress", TensorFlowPredictions.RegressAsync);
        inference.MapPost(Path + "/{model}:explain", TensorFlowPredictions.Explain);
        inference.MapPost(Path + "/{model}/versions/{version}:predict", TensorFlowPredictions.PredictVersionAsync);
        inference.MapPost(Path + "/{model}/versions/{version}:classify", TensorFlowPredictions.ClassifyVersionAsync);
        inference.MapPost(Path + "/{model}/versions/{version}:regress", TensorFlowPredictions.RegressVersionAsync);
        inference.MapPost(Path + "/{model}/labels/{label}:{operation}", TensorFlowLabels.Refuse);

        all.MapMethods(Path, HttpVerbs.Read, TensorFlowStatus.ListAsync).WithMetadata(new Metered(Protocol, Metered.Manage));

        // Who names a model may ask of it where it is run: clients of both protocols have one address.
        var description = all.MapGroup("").WithMetadata(new Metered(Protocol, Metered.Manage), Audience.Everyone);
        Describe(description, "/{model}", TensorFlowStatus.StatusAsync);
        Describe(description, "/{model}/versions/{version}", TensorFlowStatus.VersionStatusAsync);
        Describe(description, "/{model}/metadata", TensorFlowMetadata.AnswerAsync);
        Describe(description, "/{model}/versions/{version}/metadata", TensorFlowMetadata.AnswerVersionAsync);
        Describe(description, "/{model}/labels/{label}", TensorFlowLabels.Refuse);
        Describe(description, "/{model}/labels/{label}/metadata", TensorFlowLabels.Refuse);
    }

    /// <summary>Names without a colon: what has one is an operation, and to be read by POST.</summary>
    private static void Describe(RouteGroupBuilder routes, string path, Delegate handler)
    {
        var plain = new PlainNameConstraint();
        var pattern = RoutePatternFactory.Parse(Path + path, defaults: null, parameterPolicies: new { model = plain, version = plain, label = plain });
        routes.Map(pattern, handler).WithMetadata(new HttpMethodMetadata(HttpVerbs.Read));
    }
}
