using Bullpen.Core.Runtimes;

namespace Bullpen.Core.Inference;

/// <summary>The times of one request, handed to its model's <see cref="ModelTimes"/> when it ends.</summary>
internal sealed class InferenceTiming(ModelTimes times, TimeProvider time) : IRunObserver
{
    private readonly long _began = time.GetTimestamp();
    private long _started;
    private long _bound;
    private long _computed;
    private long _copied;

    /// <summary>It is the request's turn.</summary>
    public void Started() => _started = time.GetTimestamp();

    /// <summary>Its data is the model's inputs.</summary>
    public void Bound() => _bound = time.GetTimestamp();

    /// <summary>The model has answered.</summary>
    public void Computed() => _computed = time.GetTimestamp();

    /// <summary>Its outputs are copied out of the runtime's memory.</summary>
    public void Copied() => _copied = time.GetTimestamp();

    /// <summary>Counts it as answered.</summary>
    /// <param name="rows">How many examples it held.</param>
    public void Succeeded(int rows) => times.Succeeded(
        rows,
        time.GetUtcNow(),
        time.GetElapsedTime(_began, _started),
        time.GetElapsedTime(_started, _bound),
        time.GetElapsedTime(_bound, _computed),
        time.GetElapsedTime(_computed, _copied));

    /// <summary>Counts it as failed.</summary>
    public void Failed() => times.Failed(time.GetElapsedTime(_began));
}
