using Bullpen.Core.Models;
using Bullpen.Core.Repository;

namespace Bullpen.Protocols.Mms;

/// <summary>
/// In what AWS multi-model-server and its descendant TorchServe answer differently on the routes that they share. Sources: their
/// docs/management_api.md and docs/inference_api.md.
/// </summary>
internal abstract class MmsDialect
{
    /// <summary>The dialect of that name.</summary>
    internal static MmsDialect Of(string name) => name switch
    {
        "mms" => new Mms(),
        "torchserve" => new TorchServe(),
        _ => throw new ArgumentOutOfRangeException(nameof(name), name, "Not a dialect."),
    };

    /// <summary>The status where workers were wanted and are not all there yet.</summary>
    internal abstract int PartlyScaled { get; }

    /// <summary>The status of <c>/ping</c> while the server shuts down.</summary>
    internal abstract int Unhealthy { get; }

    /// <summary>True: several versions of a model are told apart in paths, and a description is a list of them.</summary>
    internal abstract bool HasVersions { get; }

    /// <summary>What a registration is answered with that loaded nothing.</summary>
    internal abstract string Registered(ModelId model);

    /// <summary>What a registration is answered with that loaded the model.</summary>
    internal abstract string Loaded(ModelId model, int workers);

    /// <summary>What a change of workers is answered with that was made.</summary>
    internal abstract string Scaled(ModelId model, WorkerRange range, bool hasNamedVersion);

    private sealed class Mms : MmsDialect
    {
        internal override int PartlyScaled => 210;

        internal override int Unhealthy => StatusCodes.Status200OK;

        internal override bool HasVersions => false;

        internal override string Registered(ModelId model) => $"Model \"{model.Name}\" registered";

        internal override string Loaded(ModelId model, int workers) => "Workers scaled";

        internal override string Scaled(ModelId model, WorkerRange range, bool hasNamedVersion) => "Workers scaled";
    }

    private sealed class TorchServe : MmsDialect
    {
        internal override int PartlyScaled => StatusCodes.Status206PartialContent;

        internal override int Unhealthy => StatusCodes.Status500InternalServerError;

        internal override bool HasVersions => true;

        internal override string Registered(ModelId model) =>
            $"Model \"{model.Name}\" Version: {model.Version} registered with 0 initial workers. Use scale workers API to add workers for the model.";

        internal override string Loaded(ModelId model, int workers) =>
            $"Model \"{model.Name}\" Version: {model.Version} registered with {workers} initial workers";

        internal override string Scaled(ModelId model, WorkerRange range, bool hasNamedVersion) =>
            $"Workers scaled to {range.Least} for model: {model.Name}" + (hasNamedVersion ? $", version: {model.Version}" : "");
    }
}
