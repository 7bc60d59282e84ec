using Bullpen.Operations;

namespace Bullpen.Telemetry;

/// <summary>
/// What every endpoint says of itself, once: whose protocol it speaks and which operation its requests are. They are authorised,
/// limited and counted by it.
/// </summary>
/// <param name="protocol">The protocol's name, a label of the metrics: <c>mms</c>.</param>
/// <param name="operation">What its requests do.</param>
internal sealed class Metered(string protocol, Operation operation)
{
    /// <summary>Runs a model.</summary>
    internal static Operation Infer => Operation.Infer;

    /// <summary>Registers, lists, describes or deletes models.</summary>
    internal static Operation Manage => Operation.ManageModels;

    /// <summary>Asks for the server itself: health.</summary>
    internal static Operation Probe => Operation.Probe;

    /// <summary>The start page, paths that nothing serves.</summary>
    internal static Metered Other { get; } = new("server", Operation.ReadDocuments);

    /// <summary>What is asked for.</summary>
    internal Operation Operation { get; } = operation;

    /// <summary>The label of the protocol.</summary>
    internal KeyValuePair<string, object?> ProtocolLabel { get; } = new("protocol", protocol);

    /// <summary>The label of the operation.</summary>
    internal KeyValuePair<string, object?> OperationLabel { get; } = new("operation", operation.Label);

    /// <summary>The protocol's name.</summary>
    internal string Protocol { get; } = protocol;
}
