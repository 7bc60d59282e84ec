namespace Bullpen.Core.State;

/// <summary>Keeps nothing: for a server that is told to, and for one that cannot.</summary>
public sealed class NoState : IStateStore
{
    /// <inheritdoc/>
    public IReadOnlyList<Registration> Registrations => [];

    /// <inheritdoc/>
    public Task<bool> KeepAsync(Registration registration) => Task.FromResult(false);

    /// <inheritdoc/>
    public Task<bool> ForgetAsync(string name) => Task.FromResult(false);

    /// <inheritdoc/>
    public ContentMeasure? Find(IReadOnlyList<StampedFile> files) => null;

    /// <inheritdoc/>
    public void Loaded(IReadOnlyList<StampedFile> files, long privateBytes, long mappedBytes, TimeSpan loadTime)
    {
    }

    /// <inheritdoc/>
    public bool IsAvailable => false;

    /// <inheritdoc/>
    public string? HashOf(IReadOnlyList<StampedFile> files) => null;

    /// <inheritdoc/>
    public Task<string?> HashAsync(IReadOnlyList<StampedFile> files, CancellationToken cancellationToken) => Task.FromResult<string?>(null);

    /// <inheritdoc/>
    public DateTimeOffset? LastUse(string name) => null;

    /// <inheritdoc/>
    public void Used(string name, DateTimeOffset at)
    {
    }

    /// <inheritdoc/>
    public void Forget(string name)
    {
    }

    /// <inheritdoc/>
    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
