namespace Bullpen.Core.State;

/// <summary>What earlier loads of the same bytes took.</summary>
/// <param name="Bytes">The most memory that any of the last loads measured, in bytes.</param>
/// <param name="LoadTime">How long the last load took.</param>
public readonly record struct ContentMeasure(long Bytes, TimeSpan LoadTime);
