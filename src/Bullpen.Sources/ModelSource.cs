using Bullpen.Core;
using Bullpen.Core.Repository;
using Bullpen.Core.State;
using Bullpen.Sources.Archives;
using Bullpen.Sources.Downloads;
using Bullpen.Sources.Unpacked;
using Microsoft.Extensions.Logging;

namespace Bullpen.Sources;

/// <summary>Unpacks archives and downloads urls into folders that are called by the SHA-256 of what they were made from.</summary>
public sealed class ModelSource : IModelSource, IAsyncDisposable
{
    // What a download that is no archive is taken for, whatever its url ends in; if it is something else, the layout says what.
    private const string ModelFile = "model.onnx";

    private readonly SourcesOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly UnpackedFolders _folders;
    private readonly SourceRecords _records;
    private readonly Downloader _downloader;
    private readonly SharedFetches _underWay;
    private readonly SemaphoreSlim _slots;

    /// <summary>A source that touches neither disk nor network until it is asked to.</summary>
    public ModelSource(SourcesOptions options, TimeProvider time, ILogger<ModelSource> log)
    {
        (_options, _time, _log) = (options, time, log);
        _folders = new UnpackedFolders(options.Folder, log);
        _records = new SourceRecords(_folders, log);
        _downloader = new Downloader(options, time, log);
        _underWay = new SharedFetches(options.MaxUnderWay);
        _slots = new SemaphoreSlim(options.MaxAtOnce, options.MaxAtOnce);
    }

    /// <inheritdoc/>
    public IUnpackedModel Unpack(string archive, string url, CancellationToken cancellationToken) => UnpackNow(archive, url, cancellationToken);

    /// <inheritdoc/>
    public async Task<IUnpackedModel> UnpackAsync(string archive, string url, CancellationToken cancellationToken) =>
        // No path is a url, and no url holds NUL: nothing else is called that.
        await _underWay.JoinAsync($"{archive}\0{url}", token => InTurnAsync(archive, url, token), cancellationToken);

    /// <inheritdoc/>
    public async Task<IUnpackedModel> DownloadAsync(string url, CancellationToken cancellationToken)
    {
        var checkedUrl = Logged(() =>
        {
            var parsed = DownloadUrl.Parse(url, out var fault) ?? throw SourceErrors.Download(SourceUrl.Shown(url), $"the url is refused, because {fault}");
            _ = _downloader.EntryOf(parsed.Address, parsed.Shown);
            return parsed;
        });
        return await _underWay.JoinAsync(url, token => FetchAsync(checkedUrl, url, token), cancellationToken);
    }

    /// <inheritdoc/>
    public IUnpackedModel? FindDownloaded(string url) =>
        Guarded(SourceUrl.Shown(url), () => _records.Find(url) is { } record ? _folders.TryTake(record.Key) : null);

    /// <inheritdoc/>
    public void Sweep()
    {
        try
        {
            if (!_folders.IsThere) return;
            _records.KeepOnly(_folders.Keys);
            _folders.Sweep(except: SourceRecords.FolderName);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            _log.NotDeleted(_options.Folder!, e.Message);
        }
    }

    /// <summary>Ends downloads under way; without a state folder deletes all that was unpacked.</summary>
    public async ValueTask DisposeAsync()
    {
        await _underWay.DisposeAsync();
        _downloader.Dispose();
        _slots.Dispose();
        _folders.Dispose();
    }

    private UnpackedModel UnpackNow(string archive, string url, CancellationToken cancellationToken)
    {
        var shown = SourceErrors.ShownArchive(url);
        return Logged(() => Guarded(shown, () =>
        {
            var stamp = StampedFile.Of(archive);
            if (_records.Find(url) is { } record && record.IsOf(stamp) && _folders.TryTake(record.Key) is { } known) return known;

            // A pipe has no length either, and opening it could wait for ever.
            if (stamp.Length <= 0) throw new ArchiveException("is empty.");
            var unpacked = Make(Archive.HashOf(archive, cancellationToken), archive, shown, Compare, cancellationToken);
            return Kept(unpacked, () =>
            {
                // Once more, for the hash of one that was unpacked already.
                Compare();
                _records.Keep(url, SourceRecord.OfArchive(unpacked.Key, stamp));
            });

            void Compare()
            {
                if (StampedFile.Of(archive) != stamp) throw new ArchiveException("changed while it was unpacked; try again when it is written.");
            }
        }));
    }

    private async Task<UnpackedModel> InTurnAsync(string archive, string url, CancellationToken cancellationToken)
    {
        // Waits without a thread: hashing and unpacking take one each, for as long as the archive is large.
        await _slots.WaitAsync(cancellationToken);
        try
        {
            return UnpackNow(archive, url, cancellationToken);
        }
        finally
        {
            _slots.Release();
        }
    }

    private async Task<UnpackedModel> FetchAsync(DownloadUrl url, string text, CancellationToken cancellationToken)
    {
        await _slots.WaitAsync(cancellationToken);
        string? file = null;
        try
        {
            if (url.Sha256 is { } wanted && _folders.TryTake(wanted) is { } known) return Kept(known, () => _records.Keep(text, SourceRecord.OfDownload(wanted)));
            file = _folders.NewFile();
            await _downloader.DownloadAsync(url, file, cancellationToken);
            return Guarded(url.Shown, () => Unpack(url, text, file, cancellationToken));
        }
        catch (Exception e) when (e is ServingException or DiskFailure or IOException or UnauthorizedAccessException)
        {
            var told = e as ServingException ?? SourceErrors.Disk(url.Shown, e is DiskFailure disk ? disk.Cause : e);
            _log.Refused(told.Message);
            throw told;
        }
        finally
        {
            if (file is not null) File.Delete(file);
            _slots.Release();
        }
    }

    private UnpackedModel Unpack(DownloadUrl url, string text, string file, CancellationToken cancellationToken)
    {
        var hash = Archive.HashOf(file, cancellationToken);
        if (url.Sha256 is { } wanted && wanted != hash)
            throw SourceErrors.Download(url.Shown, $"its SHA-256 is {hash}, but {wanted} was asked for; see that the url and the hash are right");
        var unpacked = Archive.IsOne(file)
            ? Make(hash, file, url.Shown, static () => { }, cancellationToken)
            : _folders.Make(hash, folder => MoveSynced(file, Path.Combine(folder, ModelFile)), cancellationToken);
        return Kept(unpacked, () => _records.Keep(text, SourceRecord.OfDownload(hash)));
    }

    /// <summary>What is published is found again after a loss of power, and taken for whole.</summary>
    private static void MoveSynced(string file, string target)
    {
        using (var written = File.OpenHandle(file, FileMode.Open, FileAccess.Write)) RandomAccess.FlushToDisk(written);
        File.Move(file, target);
    }

    /// <param name="key">The hash of the archive.</param>
    /// <param name="archive">Its path.</param>
    /// <param name="shown">What messages call it.</param>
    /// <param name="compare">Throws where the archive is not the one that was hashed; asked before anybody sees what came of it.</param>
    /// <param name="cancellationToken">Ends it.</param>
    private UnpackedModel Make(string key, string archive, string shown, Action compare, CancellationToken cancellationToken)
    {
        var begun = _time.GetTimestamp();
        return _folders.Make(
            key,
            folder =>
            {
                Archive.Unpack(archive, folder, _options.Limits, cancellationToken);
                compare();
                _log.Unpacked(shown, _time.GetElapsedTime(begun).TotalSeconds);
            },
            cancellationToken);
    }

    private static UnpackedModel Kept(UnpackedModel unpacked, Action keep)
    {
        try
        {
            keep();
            return unpacked;
        }
        catch
        {
            unpacked.Dispose();
            throw;
        }
    }

    /// <summary>So that each failure is said once, however many wait for the same.</summary>
    private T Logged<T>(Func<T> act)
    {
        try
        {
            return act();
        }
        catch (ServingException e)
        {
            _log.Refused(e.Message);
            throw;
        }
    }

    private static T Guarded<T>(string shown, Func<T> act)
    {
        try
        {
            return act();
        }
        catch (ArchiveException e)
        {
            throw SourceErrors.Archive(shown, e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw SourceErrors.Disk(shown, e);
        }
    }
}
