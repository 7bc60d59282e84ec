using System.Net.Http.Headers;

namespace Bullpen.Sources.Downloads;

/// <summary>What of a download is on disk, and by what the rest of the very same content can be asked for.</summary>
internal sealed class PartFile : IAsyncDisposable
{
    private readonly FileStream _file;

    internal PartFile(string path)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write, BufferSize = 0, Options = FileOptions.Asynchronous };
        if (!OperatingSystem.IsWindows()) options.UnixCreateMode = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        _file = OnDisk(() => new FileStream(path, options));
    }

    /// <summary>Bytes on disk.</summary>
    internal long Length { get; private set; }

    /// <summary>Bytes of the whole content; null where the server does not tell.</summary>
    internal long? Total { get; private set; }

    /// <summary>The strong ETag of the content; null where there is none, and a broken download begins anew.</summary>
    internal EntityTagHeaderValue? Tag { get; private set; }

    internal bool CanResume => Length > 0 && Tag is not null;

    /// <summary>Begins anew with the content of a response.</summary>
    internal void Restart(HttpResponseMessage response)
    {
        OnDisk(() =>
        {
            _file.SetLength(0);
            return _file.Seek(0, SeekOrigin.Begin);
        });
        Length = 0;
        Total = response.Content.Headers.ContentLength;
        Tag = response.Headers.ETag is { IsWeak: false } tag ? tag : null;
    }

    /// <summary>True where a partial response is the rest of what is there.</summary>
    internal bool Continues(HttpResponseMessage response) =>
        response.Content.Headers.ContentRange is { Unit: "bytes", From: { } from } range && from == Length
        && (Total is null || range.Length is null || range.Length == Total)
        && (response.Headers.ETag is null || response.Headers.ETag.Equals(Tag));

    /// <summary>Nothing of what is there is to be used.</summary>
    internal void Forget() => Tag = null;

    internal async Task WriteAsync(ReadOnlyMemory<byte> bytes, CancellationToken cancellationToken)
    {
        try
        {
            await _file.WriteAsync(bytes, cancellationToken);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DiskFailure(e);
        }

        Length += bytes.Length;
    }

    public ValueTask DisposeAsync() => _file.DisposeAsync();

    private static T OnDisk<T>(Func<T> act)
    {
        try
        {
            return act();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new DiskFailure(e);
        }
    }
}
