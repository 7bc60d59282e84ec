namespace Bullpen.Descriptions;

/// <summary>Under which heading an endpoint stands in descriptions of the server: most often its protocol, as a person would call it.</summary>
/// <param name="Name">The heading.</param>
internal sealed record ApiGroup(string Name);
