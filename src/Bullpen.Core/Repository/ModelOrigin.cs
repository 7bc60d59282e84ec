namespace Bullpen.Core.Repository;

/// <summary>How a model became known.</summary>
public enum ModelOrigin
{
    /// <summary>Found in the model repository.</summary>
    Repository,

    /// <summary>Listed in a <c>models.json</c>.</summary>
    Config,

    /// <summary>Registered by a request.</summary>
    Api,
}
