namespace Bullpen.Core.Repository;

/// <summary>A model and one of its versions.</summary>
/// <param name="Name">The model's name, see <see cref="ModelName"/>.</param>
/// <param name="Version">The version, <c>1</c> where the repository gives none.</param>
public readonly record struct ModelId(string Name, string Version)
{
    /// <summary>The version of a model whose layout has no versions.</summary>
    public const string FirstVersion = "1";

    /// <summary>As logs show it: <c>sentiment:1</c>.</summary>
    public override string ToString() => $"{Name}:{Version}";
}
