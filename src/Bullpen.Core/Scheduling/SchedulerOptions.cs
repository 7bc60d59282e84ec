namespace Bullpen.Core.Scheduling;

/// <summary>The limits of one model's <see cref="ModelScheduler"/>.</summary>
/// <param name="Workers">Requests that may run at once. At least 1.</param>
/// <param name="QueueLength">Requests that may wait beside those. At least 0.</param>
public sealed record SchedulerOptions(int Workers, int QueueLength);
