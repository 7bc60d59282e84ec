using Microsoft.Extensions.Logging;

namespace Bullpen.Sources.Unpacked;

/// <summary>
/// The folder of unpacked models: each in a folder that is called by the SHA-256 of what it was unpacked from, there whole or
/// not at all. What is being made or deleted has a name that begins with a dot. Safe from any thread.
/// </summary>
/// <param name="folder">Where it lies; null for one of this run's own.</param>
/// <param name="log">Where is said what could not be deleted.</param>
internal sealed class UnpackedFolders(string? folder, ILogger log) : IDisposable
{
    private const string PartPrefix = ".part-";
    private const string GonePrefix = ".gone-";

    private readonly Lock _gate = new();
    private readonly Dictionary<string, int> _users = new(StringComparer.Ordinal);

    // One at a time: two would only halve each other's disk.
    private readonly SemaphoreSlim _turn = new(1, 1);
    private string? _root;

    /// <summary>Told the name of a folder that went with the last right to it, outside of any lock; it may be there again meanwhile.</summary>
    internal Action<string>? Gone { get; set; }

    /// <summary>The names of the folders that somebody uses.</summary>
    internal IReadOnlyCollection<string> Keys
    {
        get
        {
            lock (_gate) return [.. _users.Keys];
        }
    }

    /// <summary>True where an earlier run may have left something.</summary>
    internal bool IsThere => folder is not null && Directory.Exists(folder);

    /// <summary>The folder that holds all others, for its user alone; made by the first call.</summary>
    internal string Root()
    {
        lock (_gate)
        {
            if (_root is not null && Directory.Exists(_root)) return _root;
            if (folder is null) return _root = Directory.CreateTempSubdirectory("bullpen-").FullName;
            MakePrivate(folder);
            return _root = folder;
        }
    }

    /// <summary>A right to the folder of that name; null where there is none.</summary>
    internal UnpackedModel? TryTake(string key)
    {
        if (folder is null && _root is null) return null;
        var path = Path.Combine(Root(), key);
        lock (_gate) return Directory.Exists(path) ? Take(key, path) : null;
    }

    /// <summary>A right to the folder of that name, which <paramref name="fill"/> fills where there is none yet.</summary>
    internal UnpackedModel Make(string key, Action<string> fill, CancellationToken cancellationToken)
    {
        _turn.Wait(cancellationToken);
        try
        {
            if (TryTake(key) is { } there) return there;
            var part = NewPath(PartPrefix);
            try
            {
                MakePrivate(part);
                fill(part);

                // Taken in one step with the move: whoever sees it first may give it back, and it would be gone.
                var path = Path.Combine(Root(), key);
                lock (_gate)
                {
                    Directory.Move(part, path);
                    return Take(key, path);
                }
            }
            catch
            {
                Delete(part);
                throw;
            }
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>The path of a file that is to be made there and deleted again.</summary>
    internal string NewFile() => NewPath(PartPrefix);

    /// <summary>One more right to a folder that somebody has a right to.</summary>
    internal UnpackedModel Share(string key)
    {
        lock (_gate) return Take(key, Path.Combine(_root!, key));
    }

    /// <summary>True while somebody has a right to the folder.</summary>
    internal bool IsUsed(string key)
    {
        lock (_gate) return _users.ContainsKey(key);
    }

    /// <summary>Gives a right back; with the last one the folder goes, and <see cref="Gone"/> is told.</summary>
    internal void GiveBack(string key)
    {
        string gone;
        lock (_gate)
        {
            if (--_users[key] > 0) return;
            _users.Remove(key);

            // Renamed first: what a crash leaves half deleted must not look whole.
            gone = NewPath(GonePrefix);
            if (!TryMove(Path.Combine(_root!, key), gone)) return;
        }

        Delete(gone);
        Gone?.Invoke(key);
    }

    /// <summary>Deletes all that is there and nobody uses.</summary>
    /// <param name="except">A name that is left alone.</param>
    internal void Sweep(string except)
    {
        foreach (var entry in new DirectoryInfo(Root()).EnumerateFileSystemInfos())
        {
            var gone = entry.FullName;
            lock (_gate)
            {
                if (entry.Name == except || _users.ContainsKey(entry.Name)) continue;

                // Out of sight before somebody takes it, as where the last right is given back.
                if (entry is DirectoryInfo && !entry.Name.StartsWith('.'))
                {
                    gone = NewPath(GonePrefix);
                    if (!TryMove(entry.FullName, gone)) continue;
                }
            }

            Delete(gone);
        }
    }

    /// <summary>Deletes the folder of a run's own.</summary>
    public void Dispose()
    {
        if (folder is null && _root is not null) Delete(_root);
        _turn.Dispose();
    }

    /// <summary>Under the lock: one more right to a folder that is there.</summary>
    private UnpackedModel Take(string key, string path)
    {
        _users[key] = _users.GetValueOrDefault(key) + 1;
        return new UnpackedModel(this, key, path);
    }

    private string NewPath(string prefix) => Path.Combine(Root(), prefix + Guid.NewGuid().ToString("N"));

    private bool TryMove(string from, string to)
    {
        try
        {
            Directory.Move(from, to);
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            log.NotDeleted(from, e.Message);
            return false;
        }
    }

    private void Delete(string path)
    {
        try
        {
            if (File.Exists(path)) File.Delete(path);
            else if (Directory.Exists(path)) Directory.Delete(path, recursive: true);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            log.NotDeleted(path, e.Message);
        }
    }

    private static void MakePrivate(string path)
    {
        if (OperatingSystem.IsWindows()) Directory.CreateDirectory(path);
        else Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }
}
