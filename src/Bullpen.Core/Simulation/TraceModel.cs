using Bullpen.Core.Repository;

namespace Bullpen.Core.Simulation;

/// <summary>A model of a <see cref="Trace"/>.</summary>
/// <param name="Id">Name and version.</param>
/// <param name="Bytes">What it takes in memory; positive.</param>
/// <param name="LoadTime">How long a load takes.</param>
public sealed record TraceModel(ModelId Id, long Bytes, TimeSpan LoadTime);
