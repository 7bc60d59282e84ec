using Bullpen.Core.Inputs;
using Bullpen.Core.Repository;
using Bullpen.Core.Tensors;

namespace Bullpen.Core.Inference;

/// <summary>What a model answered. It owns its memory: the model may be gone by the time it is written.</summary>
/// <param name="Model">The model and version that answered.</param>
/// <param name="Inputs">How the request's data was bound.</param>
/// <param name="Outputs">The outputs asked for, in that order.</param>
public sealed record InferenceResponse(ModelDescription Model, BoundInputs Inputs, IReadOnlyList<NamedTensor> Outputs);
