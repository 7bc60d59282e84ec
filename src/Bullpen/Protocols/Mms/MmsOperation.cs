namespace Bullpen.Protocols.Mms;

/// <summary>What an endpoint says of itself in the API's description; verb and path are the endpoint's own.</summary>
/// <param name="Id">The operation's name: <c>registerModel</c>.</param>
/// <param name="Summary">What it does, in a sentence.</param>
/// <param name="Body">The media types of its body; none where it takes none.</param>
/// <param name="Statuses">What it may answer.</param>
internal sealed record MmsOperation(string Id, string Summary, string[] Body, params int[] Statuses)
{
    /// <summary>The parameters in its address, beside those of its path.</summary>
    internal IReadOnlyList<MmsParameter> Parameters { get; init; } = [];
}
