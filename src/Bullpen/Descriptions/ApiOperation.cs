namespace Bullpen.Descriptions;

/// <summary>What an endpoint says of itself in descriptions of the server; verb and path are the endpoint's own.</summary>
/// <param name="Id">The operation's name, of which there is one: <c>registerModel</c>.</param>
/// <param name="Summary">What it does, in a sentence.</param>
/// <param name="Body">The media types of its body; none where it takes none.</param>
/// <param name="Statuses">What it may answer.</param>
internal sealed record ApiOperation(string Id, string Summary, string[] Body, params int[] Statuses)
{
    /// <summary>The parameters in its address, beside those of its path.</summary>
    internal IReadOnlyList<ApiParameter> Parameters { get; init; } = [];

    /// <summary>A body to begin with, as JSON; null where there is none that would do.</summary>
    internal string? Example { get; init; }

    /// <summary>The media type of its answer.</summary>
    internal string Answer { get; init; } = "application/json";
}
