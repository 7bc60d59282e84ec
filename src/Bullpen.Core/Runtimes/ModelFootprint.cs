namespace Bullpen.Core.Runtimes;

/// <summary>The memory that a loaded model takes.</summary>
/// <param name="Bytes">Bytes.</param>
/// <param name="IsMeasured">True where they were measured around the load; false where only the estimate is known.</param>
public readonly record struct ModelFootprint(long Bytes, bool IsMeasured);
