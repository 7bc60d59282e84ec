namespace Bullpen.Core.Simulation;

/// <summary>A request that waits for its model.</summary>
/// <param name="Request">The request.</param>
internal sealed record SimulatedWait(TraceRequest Request);
