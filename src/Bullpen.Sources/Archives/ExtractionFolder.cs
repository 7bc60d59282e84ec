using System.Buffers;
using Bullpen.Core.Repository;

namespace Bullpen.Sources.Archives;

/// <summary>
/// The folder that one archive is unpacked to: new, private, without links, so that a name that obeys <see cref="EntryName"/>
/// cannot lead out of it. Counts entries and bytes as they are written, whatever the archive says of them.
/// </summary>
/// <param name="root">The absolute path of the folder, which is there and empty.</param>
/// <param name="limits">What may be written.</param>
/// <param name="bytesRead">How many bytes of the archive were read so far, each counted once at the most.</param>
internal sealed class ExtractionFolder(string root, ArchiveLimits limits, Func<long> bytesRead)
{
    private const int BufferBytes = 128 * 1024;

    /// <summary>What is there, in any case, true for files: names that differ by case only are one name elsewhere.</summary>
    private readonly Dictionary<string, bool> _names = new(StringComparer.OrdinalIgnoreCase);
    private readonly HashSet<string> _spellings = new(StringComparer.Ordinal);
    private int _entries;
    private long _written;

    /// <summary>Counts one entry of any kind; folders that only names of others imply are counted as they are made.</summary>
    internal void Count()
    {
        if (++_entries > limits.MaxEntries) throw ArchiveException.Whole($"it has more than {limits.MaxEntries:N0} entries");
    }

    /// <summary>Makes a folder and those above it; one that is there is left alone.</summary>
    internal void AddFolder(string name)
    {
        var parts = EntryName.Parts(name, limits);
        MakeFolders(name, parts, implied: parts.Length - 1);
    }

    /// <summary>Writes a file and makes the folders above it.</summary>
    internal void AddFile(string name, Stream content, CancellationToken cancellationToken)
    {
        var parts = EntryName.Parts(name, limits);
        if (parts.Length == 0) throw ArchiveException.Entry(name, "is a file without a name");
        MakeFolders(name, parts[..^1], implied: parts.Length - 1);
        if (!_names.TryAdd(string.Join('/', parts), true)) throw ArchiveException.Entry(name, "is there twice, where case does not count");
        using var file = new FileStream(PathOf(name, parts), FileOptionsOfOwner());
        Copy(name, content, file, cancellationToken);

        // What is published is found again after a loss of power, and taken for whole.
        file.Flush(flushToDisk: true);
    }

    private void Copy(string name, Stream content, FileStream file, CancellationToken cancellationToken)
    {
        var buffer = ArrayPool<byte>.Shared.Rent(BufferBytes);
        try
        {
            while (content.Read(buffer, 0, buffer.Length) is > 0 and var read)
            {
                cancellationToken.ThrowIfCancellationRequested();
                _written += read;
                if (_written > limits.MaxBytes)
                    throw ArchiveException.Entry(name, $"brings it over {limits.MaxBytes:N0} bytes unpacked (--max-unpacked)");
                if (_written > limits.RatioSlack + limits.MaxRatio * bytesRead())
                    throw ArchiveException.Entry(name, $"unpacks to more than {limits.MaxRatio} times what it takes in the archive");
                file.Write(buffer, 0, read);
            }
        }
        finally
        {
            ArrayPool<byte>.Shared.Return(buffer);
        }
    }

    /// <summary>Makes those that are not there; the first <paramref name="implied"/> have no entry of their own yet, and count as one.</summary>
    private void MakeFolders(string name, string[] parts, int implied)
    {
        for (var count = 1; count <= parts.Length; count++)
        {
            var folder = string.Join('/', parts[..count]);
            var isNew = _names.TryAdd(folder, false);
            if (!isNew && _names[folder]) throw ArchiveException.Entry(name, "lies in another entry that is a file");
            if (isNew) _spellings.Add(folder);
            else if (!_spellings.Contains(folder)) throw ArchiveException.Entry(name, "lies in a folder that is there twice, where case does not count");
            var path = PathOf(name, parts[..count]);
            if (!isNew) continue;
            if (count <= implied) Count();
            if (OperatingSystem.IsWindows()) Directory.CreateDirectory(path);
            else Directory.CreateDirectory(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        }
    }

    private string PathOf(string name, string[] parts)
    {
        var path = Path.GetFullPath(Path.Combine([root, .. parts]));
        return RealPath.IsBelow(path, root) ? path : throw ArchiveException.Entry(name, "leads out of the archive");
    }

    /// <summary>Whatever mode the archive gives, setuid included.</summary>
    private static FileStreamOptions FileOptionsOfOwner()
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, BufferSize = 0 };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        return options;
    }
}
