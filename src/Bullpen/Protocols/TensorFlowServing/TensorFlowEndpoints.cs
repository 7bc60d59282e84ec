using Bullpen.Descriptions;
using Bullpen.Http;
using Bullpen.Operations;
using Bullpen.Telemetry;

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
        var all = routes.MapGroup("").WithMetadata(new TensorFlowErrors(), new ApiGroup("TensorFlow Serving, KServe V1"));
        var inference = all.MapGroup("").WithMetadata(new Metered(Protocol, Operation.Infer));
        inference.MapPost(Path + "/{model}:predict", TensorFlowPredictions.PredictAsync).WithMetadata(TensorFlowBodies.PredictOperation, TensorFlowBodies.Predict);
        inference.MapPost(Path + "/{model}:classify", TensorFlowPredictions.ClassifyAsync).WithMetadata(TensorFlowBodies.ClassifyOperation, TensorFlowBodies.Classify);
        inference.MapPost(Path + "/{model}:regress", TensorFlowPredictions.RegressAsync).WithMetadata(TensorFlowBodies.RegressOperation, TensorFlowBodies.Regress);
        inference.MapPost(Path + "/{model}:explain", TensorFlowPredictions.Explain);
        inference.MapPost(Path + "/{model}/versions/{version}:predict", TensorFlowPredictions.PredictVersionAsync);
        inference.MapPost(Path + "/{model}/versions/{version}:classify", TensorFlowPredictions.ClassifyVersionAsync);
        inference.MapPost(Path + "/{model}/versions/{version}:regress", TensorFlowPredictions.RegressVersionAsync);
        inference.MapPost(Path + "/{model}/labels/{label}:predict", TensorFlowLabels.PredictAsync);
        inference.MapPost(Path + "/{model}/labels/{label}:classify", TensorFlowLabels.ClassifyAsync);
        inference.MapPost(Path + "/{model}/labels/{label}:regress", TensorFlowLabels.RegressAsync);

        all.MapMethods(Path, HttpVerbs.Read, TensorFlowStatus.ListAsync).WithMetadata(new Metered(Protocol, Operation.ListModels));

        // Who names a model may ask of it where it is run: clients of both protocols have one address.
        var description = all.MapGroup("").WithMetadata(new Metered(Protocol, Operation.ReadModel))
            .AddEndpointFilter(new OperationByPost());
        description.MapMethods(Path + "/{model}", HttpVerbs.Read, TensorFlowStatus.StatusAsync);
        description.MapMethods(Path + "/{model}/versions/{version}", HttpVerbs.Read, TensorFlowStatus.VersionStatusAsync);
        description.MapMethods(Path + "/{model}/metadata", HttpVerbs.Read, TensorFlowMetadata.AnswerAsync);
        description.MapMethods(Path + "/{model}/versions/{version}/metadata", HttpVerbs.Read, TensorFlowMetadata.AnswerVersionAsync);
        description.MapMethods(Path + "/{model}/labels/{label}", HttpVerbs.Read, TensorFlowLabels.StatusAsync);
        description.MapMethods(Path + "/{model}/labels/{label}/metadata", HttpVerbs.Read, TensorFlowLabels.MetadataAsync);
    }
}
