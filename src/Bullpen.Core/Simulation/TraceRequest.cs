namespace Bullpen.Core.Simulation;

/// <summary>One request of a <see cref="Trace"/>.</summary>
/// <param name="At">When it came, from the trace's beginning.</param>
/// <param name="Model">The index of the model that it asked for.</param>
public readonly record struct TraceRequest(TimeSpan At, int Model);
