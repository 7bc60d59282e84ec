using Bullpen.Core.Repository;
using Bullpen.Core.State;
using Microsoft.Extensions.Logging;

namespace Bullpen.Core.Administration;

/// <summary>
/// Brings the registrations of earlier runs back, once, after the repository was scanned. One whose url leads nowhere by
/// now is listed as broken with the reason; one whose name the repository has by now is passed over with a warning, and
/// is back when the repository no longer has it.
/// </summary>
public sealed class RegistrationReplay(ModelCatalog catalog, ModelStore store, IRegistrationStore registrations, ILogger<RegistrationReplay> log)
{
    /// <summary>Registers them all; loads none.</summary>
    public void Run()
    {
        foreach (var registration in registrations.Registrations)
            if (!catalog.TryRegister(Resolve(registration))) log.NameIsTaken(registration.Name, registration.Url);
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
