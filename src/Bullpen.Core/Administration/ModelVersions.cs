using Bullpen.Core.Models;
using Bullpen.Core.Repository;
using Microsoft.Extensions.Logging;

namespace Bullpen.Core.Administration;

/// <summary>Which version of a model is the default, and which are served at all. Holds until the server stops.</summary>
public sealed class ModelVersions(ModelCatalog catalog, ModelAdministration administration, ModelManager models, ILogger<ModelVersions> log)
{
    /// <summary>Makes a version what a request without a version gets.</summary>
    /// <exception cref="ServingException">There is no such version, or it is broken; or a platform decides what is loaded.</exception>
    public void SetDefault(string name, string version)
    {
        RefuseWhereAPlatformDecides(name);
        catalog.SetDefault(name, version);
        log.DefaultIs(name, version);
    }

    /// <summary>Takes one version out of service and unloads it; the last one takes the model with it. The files stay.</summary>
    /// <returns>What came back.</returns>
    /// <exception cref="ServingException">
    /// There is no such version, or it is the default of several; or one of several, where a platform decides what is loaded.
    /// </exception>
    public async Task<ModelReturn> UnregisterAsync(string name, string version, CancellationToken cancellationToken)
    {
        while (catalog.Get(name) is { Versions: [var only] } model && only.Id.Version == version)
        {
            // Another look where it got other versions since: those were not asked for.
            if (await administration.TryUnregisterAsync(model, cancellationToken) is { } whole) return whole;
        }

        RefuseWhereAPlatformDecides(name);
        var definition = catalog.RemoveVersion(name, version);
        log.VersionUnregistered(definition.Id);
        return await models.UnloadAsync(definition, cancellationToken) ?? ModelReturn.Nothing;
    }

    /// <summary>A platform knows a model by its default alone: another default, or none of that name, would be one that it never loaded.</summary>
    private void RefuseWhereAPlatformDecides(string name)
    {
        if (!administration.IsExternal) return;
        throw new ServingException(
            ServingErrorKind.NotSupported, $"The versions of model {name} stay as they were registered, where the platform decides what is loaded (--lifecycle external).")
        {
            Model = name,
            Field = "version",
            Expected = "the model unregistered and registered again",
            Actual = "a change of its versions",
        };
    }
}
