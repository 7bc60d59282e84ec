using System.Collections.Concurrent;
using Bullpen.Core.Runtimes;
using Bullpen.Core.State;
using Microsoft.Extensions.Logging;

namespace Bullpen.Onnx.Graphs;

/// <summary>
/// Optimised graphs with packed weights on disk, found by the content that they were made of. A cache: whatever is wrong
/// with it, the original is loaded instead, and it may be deleted at any time, also while it is in use. An entry is made
/// in a folder whose name begins with a dot, and is there once that is renamed. Lookups may come from any thread, changes
/// from one at a time. Why it is as it is: docs/decisions/optimised-graphs.md.
/// </summary>
public sealed class GraphStore
{
    private const string UnfinishedPrefix = ".making-";

    /// <summary>What a folder with nothing but a manifest takes.</summary>
    private const long SmallestEntry = 4096;

    private readonly GraphStoreOptions _options;
    private readonly IContentHashes _hashes;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly EntryKeys _keys;
    private readonly ConcurrentDictionary<string, GraphEntry> _entries = new(StringComparer.Ordinal);
    private readonly AvoidedKeys _avoided;
    private bool _hasComplained;
    private bool _isFull;

    /// <summary>Opens the store and removes what a crash left half made. Never fails: a folder that cannot be used holds nothing.</summary>
    public GraphStore(GraphStoreOptions options, IContentHashes hashes, TimeProvider time, ILogger<GraphStore> log)
    {
        (_options, _hashes, _time, _log) = (options, hashes, time, log);
        _keys = new EntryKeys(OnnxModelRuntime.NativeVersion());
        _avoided = new AvoidedKeys(time);
        // Without hashes nothing is found, and the folder may be another server's.
        if (!hashes.IsAvailable) return;
        Try(Open);
    }

    /// <summary>Bytes of all entries.</summary>
    public long Bytes => _entries.Values.Sum(BytesOf);

    /// <summary>Where the entry of a model lies, for whoever wants to look into it; null where there is none.</summary>
    public string? FolderOf(ModelFile file) => Find(file)?.Folder;

    /// <summary>The entry made of the model's files as they are now, or null. Reads nothing but file dates; never fails.</summary>
    internal GraphEntry? Find(ModelFile file)
    {
        string? content = null;
        Try(() => content = _hashes.HashOf(StampsOf(file)), complains: false);
        if (content is null || !_entries.TryGetValue(_keys.Of(content), out var entry) || entry.Manifest.Refusal is not null) return null;
        if (File.Exists(entry.GraphPath)) return entry;
        _entries.TryRemove(new(Path.GetFileName(entry.Folder), entry));
        return null;
    }

    /// <summary>The key for the model's present content, which may have to be read for it; null where that is not known.</summary>
    internal async Task<string?> KeyAsync(ModelFile file, CancellationToken cancellationToken)
    {
        try
        {
            return await _hashes.HashAsync(StampsOf(file), cancellationToken) is { } content ? _keys.Of(content) : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }

    /// <summary>True where there is an entry of that key, or a reason for having none.</summary>
    internal bool Knows(string key) => _entries.ContainsKey(key) || _avoided.Contains(key);

    /// <summary>The entry is in use, and not removed to make room, until what this returns is disposed.</summary>
    internal EntryUse Use(GraphEntry entry)
    {
        entry.Begin();
        Touch(entry);
        return new EntryUse(this, entry);
    }

    /// <summary>A use has ended.</summary>
    internal void Used(GraphEntry entry)
    {
        Touch(entry);
        entry.End();
    }

    /// <summary>
    /// True where an entry of about so many bytes has room, or would after removing others. Where it has none the key is left
    /// alone for a while, so that nothing is reserved or evicted for an entry that cannot be written.
    /// </summary>
    internal bool CanHold(string key, long bytes)
    {
        var canHold = false;
        Try(() => canHold = VictimsFor(bytes) is not null);
        if (!canHold) PutOff(key, bytes);
        return canHold;
    }

    /// <summary>A folder to make an entry of about so many bytes in, after making room for it; null where there can be none now.</summary>
    internal string? Begin(string key, long bytes)
    {
        string? folder = null;
        Try(() =>
        {
            if (!TryMakeRoom(bytes)) return;
            var path = Path.Combine(_options.Folder, UnfinishedPrefix + key);
            if (Directory.Exists(path)) Directory.Delete(path, recursive: true);
            folder = Directory.CreateDirectory(path).FullName;
        });
        if (folder is null) PutOff(key, bytes);
        return folder;
    }

    /// <summary>Takes a finished folder in; false where it is not complete or cannot be moved.</summary>
    internal bool Publish(string key, string folder)
    {
        var isPublished = false;
        Try(() =>
        {
            if (EntryManifest.Read(Path.Combine(folder, EntryManifest.FileName)) is not { } manifest || !TryMakeRoom(BytesOf(manifest))) return;
            var place = Path.Combine(_options.Folder, key);
            if (Directory.Exists(place)) Directory.Delete(place, recursive: true);
            Directory.Move(folder, place);
            var entry = new GraphEntry(place, manifest) { UsedAt = _time.GetUtcNow() };
            entry.TakeAsVerified();
            _entries[key] = entry;
            _isFull = false;
            isPublished = true;
        });
        return isPublished;
    }

    /// <summary>Nothing is made for that key for as long as this process lives.</summary>
    internal void Avoid(string key) => _avoided.AddForGood(key);

    /// <summary>Removes what was half made.</summary>
    internal void Abandon(string folder) => Try(() =>
    {
        if (Directory.Exists(folder)) Directory.Delete(folder, recursive: true);
    });

    /// <summary>Removes an entry that could not be used; it is made again after the next load of the original.</summary>
    internal void Discard(GraphEntry entry, ModelFile file, string reason)
    {
        if (!_entries.TryRemove(new(Path.GetFileName(entry.Folder), entry))) return;
        OnnxLog.EntryDiscarded(_log, file.ModelName, reason);
        Abandon(entry.Folder);
    }

    /// <summary>An entry could not be used this time, for a reason that does not lie in it.</summary>
    internal void Keep(ModelFile file, string reason) => OnnxLog.EntryKept(_log, file.ModelName, reason);

    private static StampedFile[] StampsOf(ModelFile file) => [.. SizeEstimate.FilesOf(file).Select(StampedFile.Of)];

    private static long BytesOf(GraphEntry entry) => BytesOf(entry.Manifest);

    private static long BytesOf(EntryManifest manifest) => manifest.Length + SmallestEntry;

    private void Open()
    {
        if (!Directory.Exists(_options.Folder)) return;
        var foreign = 0;
        foreach (var folder in new DirectoryInfo(_options.Folder).EnumerateDirectories())
        {
            if (EntryKeys.IsKey(folder.Name)) Take(folder);
            else if (folder.Name.StartsWith(UnfinishedPrefix, StringComparison.Ordinal) && EntryKeys.IsKey(folder.Name[UnfinishedPrefix.Length..]))
                Abandon(folder.FullName);
            else
                foreign++;
        }

        if (foreign > 0) OnnxLog.ForeignFolders(_log, _options.Folder, foreign);
        Shrink();
    }

    private void Take(DirectoryInfo folder)
    {
        var manifest = new FileInfo(Path.Combine(folder.FullName, EntryManifest.FileName));
        if (EntryManifest.Read(manifest.FullName) is { } entry)
            _entries[folder.Name] = new GraphEntry(folder.FullName, entry) { UsedAt = new DateTimeOffset(manifest.LastWriteTimeUtc) };
        else
            Abandon(folder.FullName);
    }

    /// <summary>The store may be smaller than it was: nothing is in use yet, and what was used longest ago goes.</summary>
    private void Shrink()
    {
        foreach (var victim in _entries.OrderBy(entry => entry.Value.UsedAt).TakeWhile(_ => Bytes > _options.MaxBytes)) Remove(victim);
    }

    private void Remove(KeyValuePair<string, GraphEntry> entry)
    {
        _entries.TryRemove(entry);
        Abandon(entry.Value.Folder);
    }

    private void Touch(GraphEntry entry)
    {
        entry.UsedAt = _time.GetUtcNow();
        // For the next process.
        Try(() => File.SetLastWriteTimeUtc(Path.Combine(entry.Folder, EntryManifest.FileName), entry.UsedAt.UtcDateTime), complains: false);
    }

    /// <summary>What is larger than the whole store is never tried again, the rest when there may be room.</summary>
    private void PutOff(string key, long bytes)
    {
        if (bytes > _options.MaxBytes) _avoided.AddForGood(key);
        else _avoided.Add(key, _options.TriedAgainAfter);
        if (_isFull || _hasComplained) return;
        _isFull = true;
        OnnxLog.StoreFull(_log, _options.Folder, _options.MaxBytes, _options.TriedAgainAfter.TotalMinutes);
    }

    /// <summary>Removes what was used longest ago; nothing where even that would not do.</summary>
    private bool TryMakeRoom(long bytes)
    {
        if (VictimsFor(bytes) is not { } victims) return false;
        foreach (var victim in victims) Remove(victim);
        return true;
    }

    /// <summary>What would have to go for so many bytes, used longest ago first; null where even that would not do.</summary>
    private List<KeyValuePair<string, GraphEntry>>? VictimsFor(long bytes)
    {
        Directory.CreateDirectory(_options.Folder);
        var disk = new DriveInfo(_options.Folder);
        var free = disk.AvailableFreeSpace - (long)(disk.TotalSize * _options.DiskKeptFree);
        var lacking = Math.Max(Bytes + bytes - _options.MaxBytes, bytes - free);
        var now = _time.GetUtcNow();
        var victims = new List<KeyValuePair<string, GraphEntry>>();
        if (lacking <= 0) return victims;
        foreach (var candidate in _entries.Where(entry => entry.Value.IsIdleFor(_options.KeptFor, now)).OrderBy(entry => entry.Value.UsedAt))
        {
            victims.Add(candidate);
            lacking -= BytesOf(candidate.Value);
            if (lacking <= 0) return victims;
        }

        return null;
    }

    private void Try(Action action, bool complains = true)
    {
        try
        {
            action();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            if (!complains || _hasComplained) return;
            _hasComplained = true;
            OnnxLog.StoreUnusable(_log, _options.Folder, e.Message);
        }
    }
}
