namespace Bullpen.Telemetry;

/// <summary>Says of an endpoint under which labels its requests are counted.</summary>
internal sealed class Metered(string protocol, string operation)
{
    /// <summary>Runs a model.</summary>
    internal const string Infer = "infer";

    /// <summary>Registers, lists, describes or deletes models.</summary>
    internal const string Manage = "manage";

    /// <summary>Asks for the server itself: health, metrics.</summary>
    internal const string Probe = "probe";

    /// <summary>The start page, paths that nothing serves.</summary>
    internal static Metered Other { get; } = new("server", "other");

    internal KeyValuePair<string, object?> Protocol { get; } = new("protocol", protocol);

    internal KeyValuePair<string, object?> Operation { get; } = new("operation", operation);
}
