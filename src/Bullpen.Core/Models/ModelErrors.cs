using Bullpen.Core.Repository;

namespace Bullpen.Core.Models;

/// <summary>The failures that the cache and the manager speak of, worded once.</summary>
internal static class ModelErrors
{
    internal static ServingException Gone(ModelDefinition definition) =>
        new(ServingErrorKind.ModelNotFound, $"Model not found: {definition.Id.Name}") { Model = definition.Id.Name };

    internal static ServingException ShuttingDown() =>
        new(ServingErrorKind.ShuttingDown, "The server is shutting down.") { RetryAfter = TimeSpan.FromSeconds(1) };

    internal static ServingException TooLarge(ModelDefinition definition, long needed, long budget) =>
        new(
            ServingErrorKind.ModelTooLarge,
            $"Model {definition.Id.Name} needs about {Mebibytes(needed)} MiB; the memory budget (--memory) is {Mebibytes(budget)} MiB in all.")
        {
            Model = definition.Id.Name,
        };

    internal static ServingException NoRoom(ModelDefinition definition, string need, long free, long budget, int? maxModels = null) =>
        new(
            ServingErrorKind.InsufficientMemory,
            $"Model {definition.Id.Name} {need}, and {RoomUse.Size(free)} of {RoomUse.Size(budget)} (--memory) are free{(maxModels is { } limit ? $", for {limit} models at most (--max-models)" : "")}. Unload another model and try again.")
        {
            Model = definition.Id.Name,
        };

    internal static ServingException KeptByPins(ModelDefinition definition, long needed, RoomUse use) =>
        new(
            ServingErrorKind.ModelTooLarge,
            use.IsFullOfPins
                ? $"Model {definition.Id.Name} has no place beside the pinned models in memory. {use.InWords(byCount: true)} Unload or unpin one of those first."
                : $"Model {definition.Id.Name} needs about {RoomUse.Size(needed)} and has no room beside the pinned models in memory. {use.InWords()} Unload or unpin one of those first.")
        {
            Model = definition.Id.Name,
        };

    internal static ServingException TooManyWait(ModelDefinition definition, int limit, TimeSpan readyIn) =>
        new(
            ServingErrorKind.Overloaded,
            $"Model {definition.Id.Name} is not ready, and {limit} requests wait for it, the limit (--queue). Try again.")
        {
            Model = definition.Id.Name,
            RetryAfter = readyIn,
        };

    internal static ServingException Faulty(ModelDefinition definition, string fault) =>
        new(ServingErrorKind.InvalidModel, fault) { Model = definition.Id.Name };

    internal static ServingException CannotBatch(ModelDefinition definition, string obstacle) =>
        new(
            ServingErrorKind.InvalidModel,
            $"Model {definition.Id.Name} cannot have the \"maxBatchSize\" of its model.json, since {obstacle}. Take it out, or export the model with open first dimensions.")
        {
            Model = definition.Id.Name,
            Field = "maxBatchSize",
        };

    internal static ServingException LoadTimeout(ModelDefinition definition, TimeSpan waited, LoadProspect prospect) =>
        new(
            ServingErrorKind.LoadTimeout,
            $"Model {definition.Id.Name} was not loaded within the load wait of {waited.TotalSeconds:0.###} s (--load-wait). {prospect.Reason} Try again.")
        {
            Model = definition.Id.Name,
            RetryAfter = prospect.ReadyIn,
        };

    internal static ServingException LoadFailed(ModelDefinition definition, Exception cause) => cause is FileNotFoundException or DirectoryNotFoundException
        ? new(
            ServingErrorKind.ModelSourceNotFound,
            $"Model {definition.Id.Name}: its file {Path.GetFileName(definition.Path)} was taken away while it was read.",
            cause)
        {
            Model = definition.Id.Name,
        }
        : new(
            ServingErrorKind.ModelLoadFailed,
            $"Model {definition.Id.Name} could not be loaded: an unexpected {cause.GetType().Name}; the server's log has the details.",
            cause)
        {
            Model = definition.Id.Name,
        };

    private static long Mebibytes(long bytes) => (bytes + (1 << 20) - 1) >> 20;
}
