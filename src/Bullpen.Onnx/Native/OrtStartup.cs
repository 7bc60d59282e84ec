using Microsoft.Extensions.Logging;
using Microsoft.ML.OnnxRuntime;

namespace Bullpen.Onnx.Native;

/// <summary>
/// What must happen once in a process before its first call into ONNX Runtime, in this order: silence its telemetry
/// (which starts with the library), fix malloc's threshold (docs/decisions/measuring-memory.md), make the environment.
/// </summary>
internal static class OrtStartup
{
    /// <summary>glibc's own first thresholds, fixed by setting them.</summary>
    internal const int MmapThresholdBytes = 128 * 1024;

    private static readonly Lock Gate = new();

    /// <summary>Does it, unless it has been done. The first caller's logger is the one that hears native messages.</summary>
    public static void EnsureDone(ILogger logger)
    {
        lock (Gate)
        {
            if (OrtEnv.IsCreated) return;
            NativeEnvironment.Set("ORT_DISABLE_TELEMETRY", "1");
            Glibc.SetMmapThreshold(MmapThresholdBytes);
            CreateEnvironment(logger);
        }
    }

    /// <summary>
    /// One environment, whose pools all sessions share and which hold no thread: a run works on its caller's thread, so
    /// the scheduler alone decides how many cores are busy.
    /// </summary>
    private static void CreateEnvironment(ILogger logger)
    {
        using var threads = new OrtThreadingOptions
        {
            GlobalIntraOpNumThreads = 1,
            GlobalInterOpNumThreads = 1,
            GlobalSpinControl = false,
        };
        var options = new EnvironmentCreationOptions
        {
            logId = "bullpen",
            logLevel = OrtLoggingLevel.ORT_LOGGING_LEVEL_WARNING,
            threadOptions = threads,
            loggingFunction = (_, severity, _, _, location, message) => OnnxLog.Native(logger, severity, location, message),
        };
        OrtEnv.CreateInstanceWithOptions(ref options);
    }
}
