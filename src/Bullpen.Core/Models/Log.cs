using Bullpen.Core.Repository;
using Microsoft.Extensions.Logging;

namespace Bullpen.Core.Models;

/// <summary>Every line that the loading and unloading of models logs.</summary>
internal static partial class Log
{
    [LoggerMessage(1, LogLevel.Information, "Loaded {Model} in {Milliseconds:F1} ms: {Bytes} bytes, {Source}")]
    internal static partial void ModelLoaded(this ILogger log, ModelId model, double milliseconds, long bytes, string source);

    [LoggerMessage(2, LogLevel.Information, "Evicted {Model} for {For}: {Bytes} bytes given back")]
    internal static partial void ModelEvicted(this ILogger log, ModelId model, string @for, long bytes);

    [LoggerMessage(3, LogLevel.Information, "Unloaded {Model} ({Reason}): {Bytes} bytes given back")]
    internal static partial void ModelUnloaded(this ILogger log, ModelId model, LeaveReason reason, long bytes);

    [LoggerMessage(4, LogLevel.Warning, "Cannot load {Model}: {Reason}")]
    internal static partial void LoadFailed(this ILogger log, ModelId model, string reason);

    [LoggerMessage(5, LogLevel.Error, "Loading {Model} failed unexpectedly")]
    internal static partial void LoadCrashed(this ILogger log, ModelId model, Exception exception);

    [LoggerMessage(6, LogLevel.Error, "Unloading {Model} failed unexpectedly; its memory counts as free")]
    internal static partial void UnloadCrashed(this ILogger log, ModelId model, Exception exception);

    [LoggerMessage(40, LogLevel.Error, "Optimising {Model} failed unexpectedly; it is loaded from its file as before")]
    internal static partial void OptimizationCrashed(this ILogger log, string model, Exception exception);
}
