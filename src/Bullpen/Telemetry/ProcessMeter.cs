using System.Diagnostics.Metrics;
using Bullpen.Core.Telemetry;

namespace Bullpen.Telemetry;

/// <summary>What the process and the .NET runtime say of themselves.</summary>
internal static class ProcessMeter
{
    internal static void Observe(Meter meter)
    {
        ServingMetrics.ProcessResident.Observe(meter, () => Environment.WorkingSet);
        ServingMetrics.ManagedHeap.Observe(meter, () => Math.Max(0, GC.GetTotalMemory(forceFullCollection: false)));
        ServingMetrics.GarbageCollections.Observe(meter, Collections);
        ServingMetrics.GarbagePauses.Observe(meter, () => GC.GetTotalPauseDuration().TotalSeconds);
        ServingMetrics.PoolThreads.Observe(meter, () => (long)ThreadPool.ThreadCount);
        ServingMetrics.Build.Observe<long>(meter, () => [ServingMetrics.Build.At(ProductVersion.Text, 1L)]);

        // Mobile systems alone cannot say it.
        if (OperatingSystem.IsLinux() || OperatingSystem.IsWindows() || OperatingSystem.IsMacOS())
            ServingMetrics.ProcessCpu.Observe(meter, () => Environment.CpuUsage.TotalTime.TotalSeconds);
    }

    private static IReadOnlyList<Measurement<long>> Collections() =>
        [.. Enumerable.Range(0, GC.MaxGeneration + 1).Select(generation =>
            ServingMetrics.GarbageCollections.At($"{generation}", (long)GC.CollectionCount(generation)))];
}
