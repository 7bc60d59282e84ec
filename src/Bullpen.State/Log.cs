using Microsoft.Extensions.Logging;

namespace Bullpen.State;

/// <summary>Every line that the state logs. They are for the operator, and name the folder.</summary>
internal static partial class Log
{
    private const string Without = "this server keeps nothing for its next start";

    [LoggerMessage(201, LogLevel.Warning, "Another server uses the state folder {Folder}; " + Without + ". Give it a folder of its own with --state")]
    internal static partial void StateIsInUse(this ILogger log, string folder);

    [LoggerMessage(202, LogLevel.Warning, "The state folder {Folder} cannot be used; " + Without + ": {Reason}")]
    internal static partial void StateIsUnusable(this ILogger log, string folder, string reason);

    [LoggerMessage(203, LogLevel.Warning, "The state in {Folder} is damaged and begins anew; the old one is now {Aside}: {Reason}")]
    internal static partial void StateWasDamaged(this ILogger log, string folder, string aside, string reason);

    [LoggerMessage(204, LogLevel.Error, "The state in {Folder} cannot be written; what changes is served, and lost at the next start unless the disk takes it before: {Reason}")]
    internal static partial void StateIsNotWritten(this ILogger log, string folder, string reason);

    [LoggerMessage(205, LogLevel.Information, "The state in {Folder} is written again, with all that changed meanwhile")]
    internal static partial void StateIsWrittenAgain(this ILogger log, string folder);

    [LoggerMessage(206, LogLevel.Warning, "The state in {Folder} takes longer than {Seconds} s to be written; registrations do not wait for it until it is")]
    internal static partial void StateIsSlow(this ILogger log, string folder, double seconds);

    [LoggerMessage(207, LogLevel.Warning, "The content of a model cannot be hashed, its size is not kept: {Reason}")]
    internal static partial void ContentNotHashed(this ILogger log, string reason);

    [LoggerMessage(208, LogLevel.Error, "Hashing the content of a model failed unexpectedly, its size is not kept")]
    internal static partial void HashingCrashed(this ILogger log, Exception exception);
}
