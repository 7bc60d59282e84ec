using Bullpen.Core.Inputs.TensorFlow;

namespace Bullpen.Core.Inputs.Payloads;

/// <summary>A body of TensorFlow Serving's or KServe V1's, its envelope read.</summary>
/// <param name="Request">What it says.</param>
public sealed record TensorFlowPayload(TensorFlowRequest Request) : InputPayload;
