namespace Bullpen.Core.Repository;

/// <summary>What a scan of the repository found.</summary>
/// <param name="Models">Every model, broken ones included, by name in ordinal order; no name twice.</param>
/// <param name="Warnings">Sentences for the operator on what was passed over, such as a second model of a name.</param>
public sealed record RepositoryContents(IReadOnlyList<CatalogModel> Models, IReadOnlyList<string> Warnings);
