namespace Bullpen.Descriptions;

/// <summary>One parameter in an address, as the API's description shows it.</summary>
/// <param name="Name">Its name.</param>
/// <param name="Type">Its type in JSON Schema: <c>string</c>, <c>integer</c>, <c>boolean</c>.</param>
/// <param name="Description">What it means here.</param>
internal sealed record ApiParameter(string Name, string Type, string Description)
{
    /// <summary>True where the request makes no sense without it.</summary>
    internal bool IsRequired { get; init; }
}
