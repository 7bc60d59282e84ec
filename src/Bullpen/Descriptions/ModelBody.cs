using System.Text.Json;
using Bullpen.Core.Inference;

namespace Bullpen.Descriptions;

/// <summary>
/// How an endpoint is asked to run one model. An endpoint that carries it, and has <c>model</c> in its path or its body, is
/// part of each model's own description (<c>/openapi/v1/models/{model}</c>).
/// </summary>
/// <param name="WriteContent">Writes the members of <c>content</c>: for each media type an object with its schema, and an example that can be sent as it is.</param>
internal sealed record ModelBody(Action<Utf8JsonWriter, ModelInterface> WriteContent)
{
    /// <summary>False for a model that the endpoint would refuse whatever the body: then it is no part of the description.</summary>
    internal Func<ModelInterface, bool> IsFor { get; init; } = _ => true;
}
