namespace Bullpen.Core.Inputs.Payloads;

/// <summary>
/// What a request's body said, before the model is known. The set is closed: <see cref="JsonPayload"/>,
/// <see cref="TextPayload"/>, <see cref="CsvPayload"/>, <see cref="ImagePayload"/>, <see cref="TensorsPayload"/>,
/// <see cref="OpenInferencePayload"/>, <see cref="RawPayload"/>, <see cref="TensorFlowPayload"/>.
/// </summary>
public abstract record InputPayload
{
    private protected InputPayload()
    {
    }
}
