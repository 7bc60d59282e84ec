using Bullpen.Core.Repository;
using Bullpen.Core.State;
using Microsoft.Extensions.Logging;

namespace Bullpen.Core.Administration;

/// <summary>
/// Brings the registrations of earlier runs back, once, after the repository was scanned. One whose url leads nowhere by
/// now is listed as broken with the reason. One whose name the repository has too hides the repository's model, as it did
/// or would have done before the restart; a broken one does not.
/// </summary>
public sealed class RegistrationReplay(ModelCatalog catalog, ModelResolver resolver, IRegistrationStore registrations, ILogger<RegistrationReplay> log)
{
    /// <summary>Registers them all; loads and downloads none. Unpacks archives that changed, and deletes what no registration was unpacked to.</summary>
    public void Run()
    {
        foreach (var registration in registrations.Registrations)
        {
            var model = Resolve(registration);
            if (catalog.TryRegister(model)) continue;

            // As before the restart: what a request registered answers, also where the repository has the name.
            var url = SourceUrl.Shown(registration.Url);
            if (model.Fault is null && catalog.TryReplace(catalog.Get(model.Name), model)) log.NameIsTaken(registration.Name, url);
            else
            {
                resolver.Release(model);
                log.RegistrationIsPassedOver(registration.Name, url);
            }
        }

        resolver.Sweep();
    }

    private CatalogModel Resolve(Registration registration)
    {
        try
        {
            return resolver.Restore(registration.Name, registration.Url);
        }
        catch (ServingException e)
        {
            return new CatalogModel(new ModelDefinition
            {
                Id = new ModelId(registration.Name, ModelId.FirstVersion),
                Path = "",
                Url = SourceUrl.Shown(registration.Url),
                Origin = ModelOrigin.Api,
                Fault = e.Message,
            });
        }
    }
}
