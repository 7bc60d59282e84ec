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
}
