namespace Bullpen.Core.Models;

/// <summary>Whose word it is that a model is pinned, or is not.</summary>
public enum PinSource
{
    /// <summary>Nobody's: it is not pinned.</summary>
    None,

    /// <summary>Its manifest's.</summary>
    Manifest,

    /// <summary>An operator's, while the server runs; also where that takes the manifest's pin away.</summary>
    Operator,
}
