using Bullpen.Descriptions;

namespace Bullpen.Protocols.OpenInference;

/// <summary>How <c>POST /v2/models/{model}/infer</c> is asked, for descriptions.</summary>
internal static class InferenceBody
{
    internal static readonly ApiOperation Infer = new(
        "infer", "Runs the model on tensors, in JSON or binary.", ["application/json", "application/octet-stream"], 200, 400, 404, 413, 503);

    /// <summary>For one model.</summary>
    internal static readonly ModelBody OfModel = new((json, api) => BodyExample.WriteContent(
        json, "Each input with name, shape, datatype and data, flat or nested.", ["inputs"],
        api.Requests.HasOpenInference ? [new BodyExample("tensors", api.Requests.WriteOpenInference)] : []));
}
