using Bullpen.Core.Repository;
using Microsoft.Extensions.Logging;

namespace Bullpen.Core.Models;

/// <summary>Every line that the loading and unloading of models logs.</summary>
internal static partial class Log
{
    /// <summary>Says so where a load took more than was reserved for it.</summary>
    internal static void Compared(this ILogger log, ModelId model, long measured, long reserved, MemoryLedger ledger)
    {
        if (measured <= reserved) return;
        if (ledger.Overshoot > 0) log.Overshot(model, measured, reserved, ledger.Total, ledger.Overshoot);
        else log.TookMore(model, measured, reserved, ledger.Total);
    }

    [LoggerMessage(1, LogLevel.Information, "Loaded {Model} in {Milliseconds:F1} ms: {Bytes} bytes, {Source}")]
    internal static partial void ModelLoaded(this ILogger log, ModelId model, double milliseconds, long bytes, string source);

    [LoggerMessage(2, LogLevel.Information, "Evicted {Model} for {For}: {Bytes} bytes charged, reclaimedBytes {ReclaimedBytes}, residueBytes {ResidueBytes}")]
    internal static partial void ModelEvicted(
        this ILogger log, ModelId model, string @for, long bytes, string reclaimedBytes, string residueBytes);

    [LoggerMessage(3, LogLevel.Information, "Unloaded {Model} ({Reason}): {Bytes} bytes charged, reclaimedBytes {ReclaimedBytes}, residueBytes {ResidueBytes}")]
    internal static partial void ModelUnloaded(
        this ILogger log, ModelId model, LeaveReason reason, long bytes, string reclaimedBytes, string residueBytes);

    [LoggerMessage(4, LogLevel.Warning, "Cannot load {Model}: {Reason}")]
    internal static partial void LoadFailed(this ILogger log, ModelId model, string reason);

    [LoggerMessage(5, LogLevel.Error, "Loading {Model} failed unexpectedly")]
    internal static partial void LoadCrashed(this ILogger log, ModelId model, Exception exception);

    [LoggerMessage(7, LogLevel.Warning, "The load of {Model} has not ended within {Seconds} s: another one may begin beside it (--load-wait)")]
    internal static partial void LoadHangs(this ILogger log, ModelId model, double seconds);

    [LoggerMessage(8, LogLevel.Warning, "{Count} loads of models that had just been evicted: {Models}. The models in use do not fit together; give them more room (--memory, --max-models)")]
    internal static partial void Thrashing(this ILogger log, long count, string models);

    [LoggerMessage(9, LogLevel.Information, "{Model} took {Measured} bytes, more than the {Reserved} reserved for it; the budget of {Budget} holds it")]
    internal static partial void TookMore(this ILogger log, ModelId model, long measured, long reserved, long budget);

    [LoggerMessage(10, LogLevel.Warning, "{Model} took {Measured} bytes, more than the {Reserved} reserved for it: the budget of {Budget} is overshot by {Overshoot} until others can leave (--memory)")]
    internal static partial void Overshot(this ILogger log, ModelId model, long measured, long reserved, long budget, long overshoot);

    [LoggerMessage(6, LogLevel.Error, "Unloading {Model} failed unexpectedly; its memory counts as free")]
    internal static partial void UnloadCrashed(this ILogger log, ModelId model, Exception exception);

    [LoggerMessage(41, LogLevel.Information, "Optimising {Model} gave way to a load that needs the memory; it is tried again after a later load")]
    internal static partial void OptimizationGaveWay(this ILogger log, string model);

    [LoggerMessage(42, LogLevel.Warning, "{Model} is not optimised and goes on being loaded from its file: that would take {Size} of memory, and the budget (--memory) is {Budget} in all")]
    internal static partial void OptimizationNeedsTooMuch(this ILogger log, string model, string size, string budget);

    [LoggerMessage(40, LogLevel.Error, "Optimising {Model} failed unexpectedly; it is loaded from its file as before")]
    internal static partial void OptimizationCrashed(this ILogger log, string model, Exception exception);
}
