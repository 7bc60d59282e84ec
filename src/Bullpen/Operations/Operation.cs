namespace Bullpen.Operations;

/// <summary>
/// What a request asks the server to do, whichever protocol's words it uses. Who may ask it, where it is answered and how much
/// may be sent is decided by this, never by a route: every endpoint names exactly one.
/// </summary>
/// <param name="Name">Its name, for messages: <c>manage-models</c>.</param>
/// <param name="Summary">What it does, in a sentence, for descriptions of endpoints that say no more.</param>
/// <param name="Scope">What one has to be allowed.</param>
/// <param name="Audience">At which address it is answered.</param>
/// <param name="Label">What its requests are counted as.</param>
internal sealed record Operation(string Name, string Summary, OperationScope Scope, Audience Audience, string Label)
{
    /// <summary>Runs a model.</summary>
    internal static readonly Operation Infer = new("infer", "Runs a model.", OperationScope.Infer, Audience.Inference, "infer") { HasData = true };

    /// <summary>Says what a model takes and gives, and loads it for that.</summary>
    internal static readonly Operation DescribeModel = new("describe-model", "Says what a model takes and gives, and loads it for that.", OperationScope.Infer, Audience.Inference, "infer");

    /// <summary>Asks after one model by its name, whoever runs it or manages it: its state, versions, signature, counts.</summary>
    internal static readonly Operation ReadModel = new("read-model", "Says how one model is: its state, versions, signature, counts.", OperationScope.Infer, Audience.Everyone, "manage");

    /// <summary>Lists models, shows what state they are in.</summary>
    internal static readonly Operation ListModels = new("list-models", "Lists models and the state they are in.", OperationScope.Manage, Audience.Management, "manage");

    /// <summary>Registers, loads, scales, unloads or deletes models.</summary>
    internal static readonly Operation ManageModels = new("manage-models", "Registers, loads, scales, unloads or deletes models.", OperationScope.Manage, Audience.Management, "manage");

    /// <summary>Shows what is in memory and why, changes nothing.</summary>
    internal static readonly Operation ReadCache = new("read-cache", "Shows what is in memory and why.", OperationScope.Manage, Audience.Management, "manage");

    /// <summary>Keeps models in memory: leases and pins.</summary>
    internal static readonly Operation ManageCache = new("manage-cache", "Keeps models in memory: leases and pins.", OperationScope.Manage, Audience.Management, "manage");

    /// <summary>Reads the metrics.</summary>
    internal static readonly Operation ReadMetrics = new("metrics", "Shows the metrics.", OperationScope.Metrics, Audience.Management, "probe");

    /// <summary>Asks whether the server is well, or for its limits.</summary>
    internal static readonly Operation Probe = new("probe", "Says whether the server is well, or what it is.", OperationScope.Open, Audience.Everyone, "probe");

    /// <summary>Reads what the server can do: the start page, descriptions of routes.</summary>
    internal static readonly Operation ReadDocuments = new("documents", "Shows what the server can do.", OperationScope.Open, Audience.Everyone, "other");

    /// <summary>True where a request carries data for a model, which may be large; anything else is short.</summary>
    internal bool HasData { get; private init; }

    /// <summary>The name.</summary>
    public override string ToString() => Name;
}
