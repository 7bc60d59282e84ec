using Bullpen.Core.Repository;

namespace Bullpen.Core.Inference;

/// <summary>What a model takes and gives.</summary>
/// <param name="Model">The model with its inputs and outputs.</param>
/// <param name="Kind">What free-form data means to it; never Auto.</param>
/// <param name="Example">A request's data as JSON, which can be sent as it is; null where that would be too large to show.</param>
public sealed record ModelInterface(ModelDescription Model, InputKind Kind, string? Example)
{
    /// <summary>The same in the words of the protocols that have an envelope of their own.</summary>
    public required ExampleRequests Requests { get; init; }

    /// <summary>How many rows a request may have, at least 1; 0: as many as it likes.</summary>
    public int MaxBatchSize { get; init; }
}
