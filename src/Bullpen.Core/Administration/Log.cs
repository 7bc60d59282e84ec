using Bullpen.Core.Repository;
using Microsoft.Extensions.Logging;

namespace Bullpen.Core.Administration;

/// <summary>Every line that a change of what is served logs.</summary>
internal static partial class Log
{
    [LoggerMessage(51, LogLevel.Information, "Registered {Model} from {Url}")]
    internal static partial void Registered(this ILogger log, string model, string url);

    [LoggerMessage(52, LogLevel.Information, "Unregistered {Model}")]
    internal static partial void Unregistered(this ILogger log, string model);

    [LoggerMessage(64, LogLevel.Information, "Registered {Model} from {Url}, which was deleted while it was loading")]
    internal static partial void DeletedWhileLoading(this ILogger log, string model, string url);

    [LoggerMessage(61, LogLevel.Warning, "The registration of {Model} from {Url} hides the repository's model of that name")]
    internal static partial void NameIsTaken(this ILogger log, string model, string url);

    [LoggerMessage(62, LogLevel.Warning, "The registration of {Model} from {Url} is passed over: it is broken, and the repository has a model of that name")]
    internal static partial void RegistrationIsPassedOver(this ILogger log, string model, string url);

    [LoggerMessage(53, LogLevel.Information, "Found {Model} at {Url}")]
    internal static partial void Found(this ILogger log, string model, string url);

    [LoggerMessage(54, LogLevel.Warning, "{Model} is listed but cannot be served: {Reason}")]
    internal static partial void FoundBroken(this ILogger log, string model, string reason);

    [LoggerMessage(55, LogLevel.Warning, "{Url} is passed over: a model {Model} is registered")]
    internal static partial void NameTaken(this ILogger log, string model, string url);

    [LoggerMessage(56, LogLevel.Information, "{Model} is no longer served: its files are gone")]
    internal static partial void FilesGone(this ILogger log, string model);

    [LoggerMessage(57, LogLevel.Information, "Replaced {Model} by what {Url} holds now, version {Version}")]
    internal static partial void Replaced(this ILogger log, string model, string url, string version);

    [LoggerMessage(58, LogLevel.Warning, "{Model} is served as before, because what replaced its files cannot be: {Reason}")]
    internal static partial void ReplacementRejected(this ILogger log, string model, string reason);

    [LoggerMessage(59, LogLevel.Warning, "Gap accepted: there is no room for {Model} beside the model that it replaces, so requests wait for its load (--memory, --max-models)")]
    internal static partial void GapAccepted(this ILogger log, ModelId model);

    [LoggerMessage(60, LogLevel.Warning, "{Warning}")]
    internal static partial void RepositoryChanged(this ILogger log, string warning);

    [LoggerMessage(68, LogLevel.Information, "Revoked the leases of clients on {Model}, {Count}: it was deleted, or has to make room for its successor")]
    internal static partial void LeasesRevoked(this ILogger log, ModelId model, int count);

    [LoggerMessage(64, LogLevel.Information, "Preloaded {Loaded} of {Count} models")]
    internal static partial void Preloaded(this ILogger log, int loaded, int count);

    [LoggerMessage(65, LogLevel.Warning, "Preloading stops at {Model}, after {Loaded} of {Count} models: no room is left for it, and nothing is evicted to preload (--memory, --max-models)")]
    internal static partial void PreloadStops(this ILogger log, ModelId model, int loaded, int count);

    [LoggerMessage(66, LogLevel.Warning, "Cannot preload {Model}: {Reason}")]
    internal static partial void PreloadFailed(this ILogger log, ModelId model, string reason);

    [LoggerMessage(67, LogLevel.Warning, "There is no model {Model} to preload (--preload)")]
    internal static partial void PreloadIsUnknown(this ILogger log, string model);

    [LoggerMessage(71, LogLevel.Warning, "The workers of {Model} were to be changed, and were not: {Reason}")]
    internal static partial void ScalingFailed(this ILogger log, ModelId model, string reason);

    [LoggerMessage(72, LogLevel.Information, "The default version of {Model} is {Version} until the server stops")]
    internal static partial void DefaultIs(this ILogger log, string model, string version);

    [LoggerMessage(73, LogLevel.Information, "Unregistered version {Model}")]
    internal static partial void VersionUnregistered(this ILogger log, ModelId model);

    [LoggerMessage(63, LogLevel.Error, "Replacing {Model} failed unexpectedly; it is served as before")]
    internal static partial void ReplacementCrashed(this ILogger log, string model, Exception exception);
}
