using System.Buffers;
using Microsoft.Win32.SafeHandles;

namespace Bullpen.Core.Repository;

/// <summary>An open file of which only pieces are read: its first bytes at once, others where asked.</summary>
internal sealed class FileSample : IDisposable
{
    /// <summary>How many bytes are read at once.</summary>
    public const int PrefixLength = 4096;

    private readonly SafeFileHandle? _handle;
    private byte[]? _rented;

    private FileSample(SafeFileHandle? handle, long length)
    {
        _handle = handle;
        Length = length;
        if (length == 0)
            return;

        // Ten thousand files are sampled at a start: rented, because garbage of that size stays in the process.
        _rented = ArrayPool<byte>.Shared.Rent(PrefixLength);
        Prefix = _rented.AsMemory(0, Read(0, _rented.AsSpan(0, (int)Math.Min(PrefixLength, length))));
    }

    /// <summary>The file's length in bytes.</summary>
    public long Length { get; }

    /// <summary>The first bytes, at most <see cref="PrefixLength"/>; not to be used after <see cref="Dispose"/>.</summary>
    public ReadOnlyMemory<byte> Prefix { get; }

    /// <summary>
    /// Opens <paramref name="path"/>, following symbolic links. What has no length (an empty file, but also a pipe, a socket
    /// or a device, whose opening could block) is not opened and reads as empty.
    /// </summary>
    /// <exception cref="IOException">Missing, a dangling link, or unreadable.</exception>
    /// <exception cref="UnauthorizedAccessException">No permission, or a folder.</exception>
    public static FileSample Open(string path)
    {
        var file = new FileInfo(path);
        if (file.LinkTarget is not null)
            file = (FileInfo?)file.ResolveLinkTarget(returnFinalTarget: true) ?? file;
        if (file.Length == 0)
            return new FileSample(null, 0);

        var handle = System.IO.File.OpenHandle(
            file.FullName, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete, FileOptions.RandomAccess);
        try
        {
            return new FileSample(handle, RandomAccess.GetLength(handle));
        }
        catch
        {
            handle.Dispose();
            throw;
        }
    }

    /// <summary>Fills <paramref name="buffer"/> from <paramref name="offset"/> on; the count is less only at the file's end.</summary>
    public int Read(long offset, Span<byte> buffer)
    {
        var total = 0;
        while (_handle is not null && total < buffer.Length)
        {
            var read = RandomAccess.Read(_handle, buffer[total..], offset + total);
            if (read == 0)
                break;
            total += read;
        }

        return total;
    }

    /// <summary>Why a file could not be read, in words without its path.</summary>
    public static string Reason(Exception e) => e switch
    {
        UnauthorizedAccessException => "permission denied",
        FileNotFoundException or DirectoryNotFoundException => "it is not there, or is a link to nothing",
        _ => "the file system reported an error",
    };

    /// <inheritdoc/>
    public void Dispose()
    {
        _handle?.Dispose();
        if (_rented is not null)
            ArrayPool<byte>.Shared.Return(_rented);
        _rented = null;
    }
}
