using Microsoft.Extensions.Logging;
using Microsoft.ML.OnnxRuntime;

namespace Bullpen.Onnx;

/// <summary>What this project logs.</summary>
internal static partial class OnnxLog
{
    /// <summary>
    /// A message of ONNX Runtime. Errors are for debugging only: each comes as an exception too, and a client could fill
    /// the log with them.
    /// </summary>
    public static void Native(ILogger logger, OrtLoggingLevel severity, string location, string message)
    {
        if (severity == OrtLoggingLevel.ORT_LOGGING_LEVEL_FATAL) NativeFatal(logger, location, message);
        else NativeMessage(logger, location, message);
    }

    [LoggerMessage(1, LogLevel.Debug, "ONNX Runtime ({Location}): {Message}")]
    private static partial void NativeMessage(ILogger logger, string location, string message);

    [LoggerMessage(2, LogLevel.Critical, "ONNX Runtime ({Location}): {Message}")]
    private static partial void NativeFatal(ILogger logger, string location, string message);

    /// <summary>A loaded model and its size.</summary>
    [LoggerMessage(3, LogLevel.Debug, "{Model}: {Bytes} bytes (estimate {Estimate}, measured: {IsMeasured})")]
    public static partial void Loaded(ILogger logger, string model, long bytes, long estimate, bool isMeasured);

    /// <summary>A model loaded from the store.</summary>
    [LoggerMessage(4, LogLevel.Debug, "{Model}: {PrivateBytes} bytes private and {MappedBytes} mapped, from its optimised graph")]
    public static partial void LoadedEntry(ILogger logger, string model, long privateBytes, long mappedBytes);

    /// <summary>An entry that was there and could not be used.</summary>
    [LoggerMessage(5, LogLevel.Warning, "The optimised graph of {Model} is removed, its own file is loaded instead: {Reason}")]
    public static partial void EntryDiscarded(ILogger logger, string model, string reason);

    /// <summary>The store's folder; said once.</summary>
    [LoggerMessage(6, LogLevel.Warning, "The folder of optimised graphs {Folder} cannot be used as it should; models are loaded from their own files where need be: {Reason}")]
    public static partial void StoreUnusable(ILogger logger, string folder, string reason);

    /// <summary>A new entry.</summary>
    [LoggerMessage(7, LogLevel.Information, "Optimised {Model} for its next loads: {Milliseconds:F1} instead of {OriginalMilliseconds:F1} ms, {PrivateBytes} bytes private and {MappedBytes} mapped, {Length} on disk")]
    public static partial void EntryWritten(ILogger logger, string model, double milliseconds, double originalMilliseconds, long privateBytes, long mappedBytes, long length);

    /// <summary>A model that is no better for it.</summary>
    [LoggerMessage(8, LogLevel.Debug, "{Model} would gain too little from being optimised; it is loaded from its own file")]
    public static partial void EntryRefused(ILogger logger, string model);

    /// <summary>An entry that was not made.</summary>
    [LoggerMessage(9, LogLevel.Warning, "{Model} could not be optimised, and is loaded from its own file until it changes or the server starts again: {Reason}")]
    public static partial void EntryFailed(ILogger logger, string model, string reason);

    /// <summary>No room in the store or on the disk; said once until an entry is written again.</summary>
    [LoggerMessage(10, LogLevel.Warning, "There is no room for more optimised graphs in {Folder}: --graph-store is {Bytes} bytes, a tenth of the disk stays free, and what is in use is not removed. Models without one are loaded from their own files; tried again after {Minutes} minutes")]
    public static partial void StoreFull(ILogger logger, string folder, long bytes, double minutes);

    /// <summary>An entry that is not to blame.</summary>
    [LoggerMessage(11, LogLevel.Warning, "The optimised graph of {Model} cannot be loaded now and is kept, its own file is loaded instead: {Reason}")]
    public static partial void EntryKept(ILogger logger, string model, string reason);

    /// <summary>Something of somebody else's in the store's folder.</summary>
    [LoggerMessage(12, LogLevel.Warning, "{Count} folders in {Folder} are not Bullpen's by their names; they are left alone, and not counted for --graph-store")]
    public static partial void ForeignFolders(ILogger logger, string folder, int count);
}
