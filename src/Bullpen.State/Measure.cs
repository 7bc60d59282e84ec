namespace Bullpen.State;

/// <summary>One measured load of a content.</summary>
/// <param name="Content">The content's hash, see <see cref="ContentHashes"/>.</param>
/// <param name="At">When.</param>
/// <param name="PrivateBytes">Private memory.</param>
/// <param name="MappedBytes">Bytes of files that were mapped; 0 where the original was loaded.</param>
/// <param name="LoadTime">Duration.</param>
internal sealed record Measure(string Content, DateTimeOffset At, long PrivateBytes, long MappedBytes, TimeSpan LoadTime);
