namespace Bullpen.Protocols.SageMaker;

/// <summary>What SageMaker is told of this server.</summary>
/// <param name="Concurrency">Requests that run at once.</param>
/// <param name="MaxBody">Bytes of the largest request body.</param>
/// <param name="SingleModel">The model that is served alone, or null.</param>
internal sealed record SageMakerOptions(int Concurrency, long MaxBody, string? SingleModel);
