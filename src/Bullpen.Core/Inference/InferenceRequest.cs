using Bullpen.Core.Inputs.Payloads;
using Bullpen.Core.Models;
using Bullpen.Core.Scheduling;

namespace Bullpen.Core.Inference;

/// <summary>A request to run a model, whichever protocol it came by.</summary>
/// <param name="Model">The model's name.</param>
/// <param name="Version">The version asked for; null for the default.</param>
/// <param name="Payload">The data, not yet bound to the model's inputs.</param>
public sealed record InferenceRequest(string Model, string? Version, InputPayload Payload)
{
    /// <summary>How long the model is to be kept after this request; null: as requests before said, or the server's options.</summary>
    public KeepAlive? KeepAlive { get; init; }

    /// <summary>How long the request may wait for its model's load and its turn; null: as long as the server's options say.</summary>
    public TimeSpan? Timeout { get; init; }

    /// <summary>Which of the waiting requests goes first: from <see cref="RequestPriority.Highest"/> to <see cref="RequestPriority.Lowest"/>.</summary>
    public int Priority { get; init; } = RequestPriority.Default;
}
