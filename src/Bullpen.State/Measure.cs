namespace Bullpen.State;

/// <summary>One measured load of a content.</summary>
/// <param name="Content">The content's hash, see <see cref="ContentHashes"/>.</param>
/// <param name="At">When.</param>
/// <param name="Bytes">Memory.</param>
/// <param name="LoadTime">Duration.</param>
internal sealed record Measure(string Content, DateTimeOffset At, long Bytes, TimeSpan LoadTime);
