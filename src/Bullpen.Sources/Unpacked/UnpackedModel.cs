using Bullpen.Core.Repository;

namespace Bullpen.Sources.Unpacked;

/// <summary>A right to one folder of <see cref="UnpackedFolders"/>.</summary>
internal sealed class UnpackedModel(UnpackedFolders folders, string key, string folder) : IUnpackedModel
{
    private int _isDisposed;

    /// <summary>The folder's name: a SHA-256.</summary>
    internal string Key => key;

    public string Folder => folder;

    /// <summary>One more right, to be disposed on its own; only while this one is held.</summary>
    internal UnpackedModel Share() => folders.Share(key);

    public void Dispose()
    {
        if (Interlocked.Exchange(ref _isDisposed, 1) == 0) folders.GiveBack(key);
    }
}
