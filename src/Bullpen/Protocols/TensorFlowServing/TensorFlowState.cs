using Bullpen.Core.Models;
using Bullpen.Core.Repository;

namespace Bullpen.Protocols.TensorFlowServing;

/// <summary>
/// A version's state in TensorFlow Serving's words (ModelVersionStatus in tensorflow_serving/apis/get_model_status.proto). A model
/// that is not in memory is AVAILABLE where requests load it: clients wait for that word before they send any.
/// </summary>
/// <param name="State">LOADING, AVAILABLE, UNLOADING or END.</param>
/// <param name="Code">The error's code, a name of google.rpc.Code; OK where there is none.</param>
/// <param name="Message">Why it ended; empty where it did not.</param>
internal sealed record TensorFlowState(string State, string Code, string Message)
{
    /// <summary>True where a request would be answered, at once or after a load.</summary>
    internal bool IsReady => Code == "OK";

    internal static TensorFlowState Of(ModelDefinition version, ModelStatus status) => (version.Fault, status.State) switch
    {
        ({ } fault, _) => new TensorFlowState("END", "FAILED_PRECONDITION", fault),
        (_, ModelState.Failed) => new TensorFlowState("END", "UNAVAILABLE", status.Failure ?? ""),
        (_, ModelState.Loading) => Fine("LOADING"),
        (_, ModelState.Draining or ModelState.Unloading) => Fine("UNLOADING"),
        _ => Fine("AVAILABLE"),
    };

    private static TensorFlowState Fine(string state) => new(state, "OK", "");
}
