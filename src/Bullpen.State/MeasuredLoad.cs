using Bullpen.Core.State;

namespace Bullpen.State;

/// <summary>A load whose content is still to be hashed.</summary>
internal sealed record MeasuredLoad(IReadOnlyList<StampedFile> Files, long PrivateBytes, long MappedBytes, TimeSpan LoadTime, DateTimeOffset At);
