using Bullpen.Core.Models;
using Bullpen.Core.Repository;
using Microsoft.Extensions.Logging;

namespace Bullpen.Core.Administration;

/// <summary>Which version of a model is the default, and which are served at all. Holds until the server stops.</summary>
public sealed class ModelVersions(ModelCatalog catalog, ModelAdministration administration, ModelManager models, ILogger<ModelVersions> log)
{
    /// <summary>Makes a version what a request without a version gets.</summary>
    /// <exception cref="ServingException">There is no such version, or it is broken.</exception>
    public void SetDefault(string name, string version)
    {
        catalog.SetDefault(name, version);
        log.DefaultIs(name, version);
    }

    /// <summary>Takes one version out of service and unloads it; the last one takes the model with it. The files stay.</summary>
    /// <returns>What came back.</returns>
    /// <exception cref="ServingException">There is no such version, or it is the default of several.</exception>
    public async Task<ModelReturn> UnregisterAsync(string name, string version, CancellationToken cancellationToken)
    {
        if (catalog.Get(name) is { Versions: [var only] } && only.Id.Version == version)
            return await administration.UnregisterAsync(name, cancellationToken);
        var definition = catalog.RemoveVersion(name, version);
        log.VersionUnregistered(definition.Id);
        return await models.UnloadAsync(definition, cancellationToken) ?? ModelReturn.Nothing;
    }
}
