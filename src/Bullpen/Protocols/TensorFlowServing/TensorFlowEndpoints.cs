using Bullpen.Descriptions;
using Bullpen.Http;
using Bullpen.Operations;
using Bullpen.Telemetry;
using Told = Bullpen.Protocols.TensorFlowServing.TensorFlowOperations;

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
    private const string Version = Path + "/{model}/versions/{version}";
    private const string Label = Path + "/{model}/labels/{label}";

    internal static void MapTensorFlowServing(this IEndpointRouteBuilder routes)
    {
        var all = routes.MapGroup("").WithMetadata(new TensorFlowErrors(), new ApiGroup("TensorFlow Serving, KServe V1"));
        var inference = all.MapGroup("").WithMetadata(new Metered(Protocol, Operation.Infer));
        inference.MapPost(Path + "/{model}:predict", TensorFlowPredictions.PredictAsync).WithMetadata(Told.Predict, Told.PredictBody);
        inference.MapPost(Path + "/{model}:classify", TensorFlowPredictions.ClassifyAsync).WithMetadata(Told.Classify, Told.ClassifyBody);
        inference.MapPost(Path + "/{model}:regress", TensorFlowPredictions.RegressAsync).WithMetadata(Told.Regress, Told.RegressBody);
        inference.MapPost(Path + "/{model}:explain", TensorFlowPredictions.Explain).WithMetadata(Told.Explain);
        inference.MapPost(Version + ":predict", TensorFlowPredictions.PredictVersionAsync).WithMetadata(Told.OfVersion(Told.Predict));
        inference.MapPost(Version + ":classify", TensorFlowPredictions.ClassifyVersionAsync).WithMetadata(Told.OfVersion(Told.Classify));
        inference.MapPost(Version + ":regress", TensorFlowPredictions.RegressVersionAsync).WithMetadata(Told.OfVersion(Told.Regress));
        inference.MapPost(Label + ":predict", TensorFlowLabels.PredictAsync).WithMetadata(Told.OfLabel(Told.Predict));
        inference.MapPost(Label + ":classify", TensorFlowLabels.ClassifyAsync).WithMetadata(Told.OfLabel(Told.Classify));
        inference.MapPost(Label + ":regress", TensorFlowLabels.RegressAsync).WithMetadata(Told.OfLabel(Told.Regress));

        all.MapMethods(Path, HttpVerbs.Read, TensorFlowStatus.ListAsync).WithMetadata(new Metered(Protocol, Operation.ListModels), Told.List);

        // Who names a model may ask of it where it is run: clients of both protocols have one address.
        var description = all.MapGroup("").WithMetadata(new Metered(Protocol, Operation.ReadModel))
            .AddEndpointFilter(new OperationByPost());
        description.MapMethods(Path + "/{model}", HttpVerbs.Read, TensorFlowStatus.StatusAsync).WithMetadata(Told.Status);
        description.MapMethods(Version, HttpVerbs.Read, TensorFlowStatus.VersionStatusAsync).WithMetadata(Told.OfVersion(Told.Status));
        description.MapMethods(Label, HttpVerbs.Read, TensorFlowLabels.StatusAsync).WithMetadata(Told.OfLabel(Told.Status));
        description.MapMethods(Path + "/{model}/metadata", HttpVerbs.Read, TensorFlowMetadata.AnswerAsync).WithMetadata(Told.Metadata);
        description.MapMethods(Version + "/metadata", HttpVerbs.Read, TensorFlowMetadata.AnswerVersionAsync).WithMetadata(Told.OfVersion(Told.Metadata));
        description.MapMethods(Label + "/metadata", HttpVerbs.Read, TensorFlowLabels.MetadataAsync).WithMetadata(Told.OfLabel(Told.Metadata));
    }
}
