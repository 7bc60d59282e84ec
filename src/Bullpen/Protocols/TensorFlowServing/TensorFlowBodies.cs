using Bullpen.Core.Inference;
using Bullpen.Descriptions;

namespace Bullpen.Protocols.TensorFlowServing;

/// <summary>How models are asked in these protocols, for descriptions.</summary>
internal static class TensorFlowBodies
{
    internal static readonly ApiOperation PredictOperation = Operation(
        "tensorflowPredict", "Runs the model: a prediction for each of the instances, or the outputs of the inputs.");

    internal static readonly ApiOperation ClassifyOperation = Operation("tensorflowClassify", "Runs a classifier: labels with their scores for each example.");

    internal static readonly ApiOperation RegressOperation = Operation("tensorflowRegress", "Runs a regression: a number for each example.");

    internal static readonly ModelBody Predict = new((json, api) => BodyExample.WriteContent(
        json, "Rows in instances, or whole inputs by name.", ["instances", "inputs"], ExamplesOf(api.Requests)));

    internal static readonly ModelBody Classify = Features(requests => requests.HasClasses);

    internal static readonly ModelBody Regress = Features(requests => requests.HasNumbers);

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

    private static ApiOperation Operation(string id, string summary) => new(id, summary, ["application/json"], 200, 400, 404, 413, 503);
}
