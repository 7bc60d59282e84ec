using Bullpen.Core.Repository;

namespace Bullpen.Core.Tests.Administration;

/// <summary>A source whose archives all hold one folder; it counts who holds it.</summary>
internal sealed class UnpackedFolder(string folder) : IModelSource
{
    private int _held;

    internal int Held => Volatile.Read(ref _held);

    public IUnpackedModel Unpack(string archive, string url, CancellationToken cancellationToken)
    {
        Interlocked.Increment(ref _held);
        return new Right(this, folder);
    }

    public Task<IUnpackedModel> UnpackAsync(string archive, string url, CancellationToken cancellationToken) =>
        Task.FromResult(Unpack(archive, url, cancellationToken));

    public Task<IUnpackedModel> DownloadAsync(string url, CancellationToken cancellationToken) => throw new NotSupportedException();

    public IUnpackedModel? FindDownloaded(string url) => null;

    public void Sweep() => throw new NotSupportedException();

    private sealed class Right(UnpackedFolder source, string folder) : IUnpackedModel
    {
        private bool _isOver;

        public string Folder => folder;

        public void Dispose()
        {
            if (!Interlocked.Exchange(ref _isOver, true)) Interlocked.Decrement(ref source._held);
        }
    }
}
