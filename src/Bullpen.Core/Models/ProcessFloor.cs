namespace Bullpen.Core.Models;

/// <summary>The process before its first model; make it once the runtime has started, and before anything is loaded.</summary>
public sealed class ProcessFloor
{
    private readonly long _native = Math.Max(0, Environment.WorkingSet - Committed());

    /// <summary>What the process takes beside models now. The managed part is as of the last garbage collection.</summary>
    public ProcessOverhead Now() => new(_native, Committed());

    private static long Committed() => GC.GetGCMemoryInfo(GCKind.Any).TotalCommittedBytes;
}
