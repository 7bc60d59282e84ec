namespace Bullpen.Core.Models;

/// <summary>
/// The right to use a loaded model now. While it is held the model stays in memory. Dispose it as soon as the model's
/// outputs are at hand, and never hold it while waiting for a client. Disposing twice does nothing.
/// </summary>
public sealed class ModelLease : IDisposable
{
    private LoadedModel? _model;

    internal ModelLease(LoadedModel model) => _model = model;

    /// <summary>The model.</summary>
    /// <exception cref="ObjectDisposedException">The lease was returned.</exception>
    public LoadedModel Model => _model ?? throw new ObjectDisposedException(nameof(ModelLease));

    /// <summary>Returns the lease. The last lease of a model that is to be unloaded lets it go.</summary>
    public void Dispose() => Interlocked.Exchange(ref _model, null)?.Return();
}
