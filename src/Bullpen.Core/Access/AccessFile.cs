using System.Text;

namespace Bullpen.Core.Access;

/// <summary>The file of an <see cref="AccessLog"/>: bounded by one rotation. Used by one thread.</summary>
internal sealed class AccessFile : IDisposable
{
    private const int LongestTail = 4096;

    private readonly string _path;
    private readonly long _maxBytes;
    private FileStream _stream;

    /// <summary>Opens the file to append to it, or begins it.</summary>
    /// <exception cref="IOException">It cannot be opened.</exception>
    /// <exception cref="UnauthorizedAccessException">It may not be.</exception>
    internal AccessFile(string path, long maxBytes)
    {
        (_path, _maxBytes) = (path, maxBytes);
        var folder = Path.GetDirectoryName(Path.GetFullPath(path))!;
        MadeFolder = !Directory.Exists(folder);
        Directory.CreateDirectory(folder);
        _stream = Open();
    }

    /// <summary>True where the file's folder was missing.</summary>
    internal bool MadeFolder { get; }

    /// <summary>
    /// False where the file at the path is not the one that is written: somebody deleted, moved or truncated it. To be asked
    /// after a <see cref="Flush"/>. Told by its length, because .NET tells no inode.
    /// </summary>
    internal bool IsInPlace => new FileInfo(_path) is { Exists: true } file && file.Length == _stream.Position;

    internal void Append(ReadOnlySpan<byte> lines)
    {
        if (_stream.Length > 0 && _stream.Position + lines.Length > _maxBytes) Rotate();
        _stream.Write(lines);
    }

    /// <summary>To the system, not to the disk: what a power cut takes is a few lines of a log.</summary>
    internal void Flush() => _stream.Flush();

    public void Dispose() => _stream.Dispose();

    private void Rotate()
    {
        _stream.Dispose();
        File.Move(_path, _path + ".1", overwrite: true);
        _stream = Open();
    }

    private FileStream Open()
    {
        var stream = new FileStream(_path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.ReadWrite | FileShare.Delete);
        try
        {
            stream.SetLength(EndOfLastLine(stream));
            stream.Seek(0, SeekOrigin.End);
            if (stream.Position == 0) stream.Write(Encoding.ASCII.GetBytes(AccessLine.Header + "\n"));
            return stream;
        }
        catch
        {
            stream.Dispose();
            throw;
        }
    }

    /// <summary>A process that was killed, or a disk that was full, may have left a piece of a line.</summary>
    private static long EndOfLastLine(FileStream stream)
    {
        var tail = new byte[(int)Math.Min(stream.Length, LongestTail)];
        stream.Seek(-tail.Length, SeekOrigin.End);
        stream.ReadExactly(tail);
        var end = tail.AsSpan().LastIndexOf((byte)'\n');
        return end < 0 && tail.Length == LongestTail ? stream.Length : stream.Length - tail.Length + end + 1;
    }
}
