namespace Bullpen.Core.State;

/// <summary>What earlier loads of the same bytes took.</summary>
/// <param name="PrivateBytes">The most private memory that any of the last loads measured, in bytes: of those that loaded what the last one did, the original or an optimised form.</param>
/// <param name="LoadTime">How long the last load took.</param>
/// <param name="MappedBytes">The most bytes that any of these loads mapped.</param>
public readonly record struct ContentMeasure(long PrivateBytes, TimeSpan LoadTime, long MappedBytes = 0)
{
    /// <summary>All bytes.</summary>
    public long Bytes => PrivateBytes + MappedBytes;
}
