using Bullpen.Core.Inference;
using Bullpen.Descriptions;

namespace Bullpen.Protocols.TensorFlowServing;

/// <summary>How models are asked in these protocols, for descriptions.</summary>
internal static class TensorFlowOperations
{
    internal static readonly ApiOperation Predict = Runs("tensorflowPredict", "Runs the model: a prediction for each of the instances, or the outputs of the inputs.");

    internal static readonly ApiOperation Classify = Runs("tensorflowClassify", "Runs a classifier: labels with their scores for each example.");

    internal static readonly ApiOperation Regress = Runs("tensorflowRegress", "Runs a regression: a number for each example.");

    internal static readonly ApiOperation Explain = new("kserveExplain", "Refused: there are no explainers here.", ["application/json"], 404, 501);

    internal static readonly ApiOperation List = new("kserveListModels", "The names of the models that can be served.", [], 200);

    internal static readonly ApiOperation Status = Reads("tensorflowStatus", "The state of a model's versions, and whether it is ready.");

    internal static readonly ApiOperation Metadata = Reads("tensorflowMetadata", "A model's inputs and outputs. Loads the model.");

    internal static readonly ModelBody PredictBody = new((json, api) => BodyExample.WriteContent(
        json, "Rows in instances, or whole inputs by name.", ["instances", "inputs"], ExamplesOf(api.Requests)));

    internal static readonly ModelBody ClassifyBody = Features(requests => requests.HasClasses);

    internal static readonly ModelBody RegressBody = Features(requests => requests.HasNumbers);

    /// <summary>The same, asked of a version.</summary>
    internal static ApiOperation OfVersion(ApiOperation operation) => operation with { Id = $"{operation.Id}OfVersion", Summary = $"Of one version. {operation.Summary}" };

    /// <summary>The same, asked of the version that a label stands for.</summary>
    internal static ApiOperation OfLabel(ApiOperation operation) => operation with { Id = $"{operation.Id}OfLabel", Summary = $"Of the version with a label. {operation.Summary}" };

    private static BodyExample[] ExamplesOf(ExampleRequests requests) =>
    [
        .. requests.HasRows ? new[] { new BodyExample("instances", requests.WriteRows) } : [],
        .. requests.HasColumns ? new[] { new BodyExample("inputs", requests.WriteColumns) } : [],
    ];

    private static ModelBody Features(Predicate<ExampleRequests> isFor) =>
        new((json, api) => BodyExample.WriteContent(
            json, "Features by name, an object a row.", ["examples"], new BodyExample("examples", api.Requests.WriteExamples)))
        {
            IsFor = api => isFor(api.Requests),
        };

    private static ApiOperation Runs(string id, string summary) => new(id, summary, ["application/json"], 200, 400, 404, 413, 503);

    private static ApiOperation Reads(string id, string summary) => new(id, summary, [], 200, 404);
}
