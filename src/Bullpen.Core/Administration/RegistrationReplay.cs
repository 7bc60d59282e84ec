using Bullpen.Core.Repository;
using Bullpen.Core.State;
using Microsoft.Extensions.Logging;

namespace Bullpen.Core.Administration;

/// <summary>
/// Brings the registrations of earlier runs back, once, after the repository was scanned. One whose url leads nowhere by
/// now is listed as broken with the reason. One whose name the repository has too hides the repository's model, as it did
/// or would have done before the restart; a broken one does not.
/// </summary>
public sealed class RegistrationReplay(ModelCatalog catalog, ModelStore store, IRegistrationStore registrations, ILogger<RegistrationReplay> log)
{
    /// <summary>Registers them all; loads none.</summary>
    public void Run()
    {
        foreach (var registration in registrations.Registrations)
        {
            var model = Resolve(registration);
            if (catalog.TryRegister(model)) continue;

            // As before the restart: what a request registered answers, also where the repository has the name.
            if (model.Fault is null && catalog.TryReplace(catalog.Get(model.Name), model)) log.NameIsTaken(registration.Name, registration.Url);
            else log.RegistrationIsPassedOver(registration.Name, registration.Url);
        }
    }

    private CatalogModel Resolve(Registration registration)
    {
        try
        {
            return store.Resolve(registration.Name, registration.Url);
        }
        catch (ServingException e)
        {
            return new CatalogModel(new ModelDefinition
            {
                Id = new ModelId(registration.Name, ModelId.FirstVersion),
                Path = "",
                Url = registration.Url,
                Origin = ModelOrigin.Api,
                Fault = e.Message,
            });
        }
    }
}
