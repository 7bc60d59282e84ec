using Bullpen.Core.Inputs.OpenInference;
using Bullpen.Core.Tensors;

namespace Bullpen.Core.Inputs;

/// <summary>A request's data as the model's inputs, and what the answer has to know of how it came.</summary>
/// <param name="Tensors">One tensor for each input that the request gave, in memory of their own; see <see cref="InputValidator"/>.</param>
/// <param name="Rows">How many predictions lie along axis 0; null where the model's inputs have no batch axis, as one image.</param>
/// <param name="IsSingle">
/// True where the request was one example and not a list, so that the answer is one prediction and not a list.
/// </param>
/// <param name="OpenInference">
/// The request's own words where it was an Open Inference body, to be answered in that shape; otherwise null.
/// </param>
public sealed record BoundInputs(
    IReadOnlyList<NamedTensor> Tensors, int? Rows, bool IsSingle, OpenInferenceRequest? OpenInference = null);
