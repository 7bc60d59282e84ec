using System.Collections.Concurrent;
using System.Threading.Channels;
using Bullpen.Core.State;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;

namespace Bullpen.State;

/// <summary>
/// A server's state in a SQLite database. All of it is in memory as well: nothing here reads the disk after the start. One
/// thread writes: registrations at once, the rest gathered. What cannot be written stays pending and is tried again.
/// </summary>
public sealed class SqliteState : IStateStore
{
    private const int MostLoadsWaiting = 1024;
    private static readonly TimeSpan UseTolerance = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan EndLimit = TimeSpan.FromSeconds(3);

    private readonly string _folder;
    private readonly StateOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _log;

    private readonly StateDatabase _database;
    private readonly StateLock _lock;
    private readonly ConcurrentDictionary<string, DateTimeOffset> _uses = new(StringComparer.Ordinal);
    private readonly ContentHashes _hashes = new();
    private readonly MeasuredContents _measures;

    // What the writer takes; the names that are on disk, or on their way there.
    private readonly Lock _pendingGate = new();
    private readonly HashSet<string> _persisted;
    private StateChanges _pending = new();
    private StateChanges? _underway;

    // Never disposed: neither holds anything that outlives the process, and a late call may still come.
    private readonly AutoResetEvent _wake = new(initialState: false);
    private readonly CancellationTokenSource _hashingEnds = new();
    private readonly Channel<LoadedContent> _loads = Channel.CreateBounded<LoadedContent>(
        new BoundedChannelOptions(MostLoadsWaiting) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true });
    private readonly Task _hashing;
    private readonly Task _writing;
    private volatile bool _isFailing;
    private volatile bool _isSlow;
    private volatile bool _isEnding;

    private SqliteState(
        string folder, StateDatabase database, StateLock @lock, StateContents contents, StateOptions options, TimeProvider time, ILogger log)
    {
        (_folder, _database, _lock, _options, _time, _log) = (folder, database, @lock, options, time, log);
        Registrations = contents.Registrations;
        _persisted = contents.Registrations.Select(registration => registration.Name).ToHashSet(StringComparer.Ordinal);
        foreach (var (name, at) in contents.Uses) _uses[name] = at;
        foreach (var file in contents.Files) _hashes.Add(file);
        _measures = new MeasuredContents(options.LoadsKept);
        foreach (var measure in contents.Measures) _measures.Add(measure);
        _hashing = Task.Run(HashAsync);
        _writing = Task.Factory.StartNew(Write, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    /// <inheritdoc/>
    public IReadOnlyList<Registration> Registrations { get; }

    /// <summary>
    /// Opens the state in <paramref name="folder"/>, making both where they are not there. A damaged database is moved
    /// aside. Never fails: where the folder cannot be used, or another server uses it, that is logged and nothing is kept.
    /// </summary>
    public static IStateStore Open(string folder, StateOptions options, TimeProvider time, ILogger<SqliteState> log)
    {
        StateLock? held = null;
        try
        {
            var files = new StateFiles(folder);
            files.CreateFolder();
            held = StateLock.TryTake(folder);
            if (held is null)
            {
                log.StateIsInUse(folder);
                return new NoState();
            }

            var database = OpenOrRenew(files, folder, options, time, log, out var contents);
            return new SqliteState(folder, database, held, contents, options, time, log);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or SqliteException or DamagedStateException)
        {
            held?.Dispose();
            log.StateIsUnusable(folder, e.Message);
            return new NoState();
        }
    }

    /// <inheritdoc/>
    public Task<bool> KeepAsync(Registration registration)
    {
        Task<bool> written;
        lock (_pendingGate)
        {
            _pending.Registrations[registration.Name] = registration;
            written = _pending.Written.Task;
        }

        return WaitAsync(written);
    }

    /// <inheritdoc/>
    public Task<bool> ForgetAsync(string name)
    {
        Task<bool> written;
        lock (_pendingGate)
        {
            ForgetUse_NeedsLock(name);
            var isOnDisk = _persisted.Contains(name) || _underway?.Registrations.ContainsKey(name) == true;
            if (!isOnDisk)
            {
                _pending.Registrations.Remove(name);
                return Task.FromResult(true);
            }

            _pending.Registrations[name] = null;
            written = _pending.Written.Task;
        }

        return WaitAsync(written);
    }

    /// <inheritdoc/>
    public ContentMeasure? Find(IReadOnlyList<StampedFile> files) =>
        _hashes.Find(files) is { } content ? _measures.Find(content) : null;

    /// <inheritdoc/>
    public void Loaded(IReadOnlyList<StampedFile> files, long bytes, TimeSpan loadTime) =>
        _loads.Writer.TryWrite(new LoadedContent(files, bytes, loadTime, _time.GetUtcNow()));

    /// <inheritdoc/>
    public DateTimeOffset? LastUse(string name) => _uses.TryGetValue(name, out var at) ? at : null;

    /// <inheritdoc/>
    public void Used(string name, DateTimeOffset at)
    {
        if (_uses.TryGetValue(name, out var known) && at - known < UseTolerance) return;
        lock (_pendingGate)
        {
            _uses[name] = at;
            _pending.Uses[name] = at;
        }
    }

    /// <summary>Hashes and writes what is left, for a few seconds at the most, and lets go of the folder.</summary>
    public async ValueTask DisposeAsync()
    {
        _loads.Writer.TryComplete();
        try
        {
            await _hashing.WaitAsync(EndLimit, _time);
        }
        catch (TimeoutException)
        {
            await _hashingEnds.CancelAsync();
        }

        _isEnding = true;
        _wake.Set();
        try
        {
            await _writing.WaitAsync(EndLimit, _time);
        }
        catch (TimeoutException)
        {
            _log.StateIsSlow(_folder, EndLimit.TotalSeconds);
        }
    }

    private static StateDatabase OpenOrRenew(
        StateFiles files, string folder, StateOptions options, TimeProvider time, ILogger log, out StateContents contents)
    {
        try
        {
            return StateDatabase.Open(files.Database, options.MaxBytes, out contents);
        }
        catch (DamagedStateException e)
        {
            log.StateWasDamaged(folder, files.MoveAside(time.GetUtcNow()), e.Message);
            return StateDatabase.Open(files.Database, options.MaxBytes, out contents);
        }
    }

    private void ForgetUse_NeedsLock(string name)
    {
        if (!_uses.TryRemove(name, out _)) return;
        // While nothing can be written, clients must not be able to pile up deletions; a use too many does no harm.
        if (_isFailing) _pending.Uses.Remove(name);
        else _pending.Uses[name] = null;
    }

    private async Task<bool> WaitAsync(Task<bool> written)
    {
        _wake.Set();
        // A disk that is known to refuse or to hang is waited for by nobody; the writer goes on trying.
        if (_isFailing || _isSlow) return false;
        try
        {
            return await written.WaitAsync(_options.LongestWait, _time);
        }
        catch (TimeoutException)
        {
            if (!_isSlow) _log.StateIsSlow(_folder, _options.LongestWait.TotalSeconds);
            _isSlow = true;
            return false;
        }
    }

    private async Task HashAsync()
    {
        await foreach (var load in _loads.Reader.ReadAllAsync())
        {
            try
            {
                var hashed = await _hashes.HashAsync(load.Files, _hashingEnds.Token);
                if (_hashes.Find(load.Files) is not { } content) continue;
                var latest = _measures.Add(new Measure(content, load.At, load.Bytes, load.LoadTime));
                lock (_pendingGate)
                {
                    foreach (var file in hashed) _pending.Files[file.File.Path] = file;
                    _pending.Measures[content] = latest;
                }
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                _log.ContentNotHashed(e.Message);
            }
            catch (OperationCanceledException)
            {
                return;
            }
        }
    }

    private void Write()
    {
        bool isLast;
        do
        {
            _wake.WaitOne(_options.GatherFor);
            isLast = _isEnding;
            Flush();
        }
        while (!isLast);
        _database.Dispose();
        _lock.Dispose();
    }

    private void Flush()
    {
        StateChanges changes;
        lock (_pendingGate)
        {
            changes = _pending;
            if (changes.Registrations.Count == 0 && !changes.HasGathered) return;
            _pending = new StateChanges();
            _underway = changes;
        }

        var error = TryWrite(changes.Registrations.Count > 0, () => WriteRegistrations(changes), () => _pending.TakeBackRegistrations(changes));
        changes.Written.SetResult(error is null);
        _isSlow = false;
        error = TryWrite(
            changes.HasGathered, () => _database.WriteGathered(changes, _options.LoadsKept), () => _pending.TakeBackGathered(changes)) ?? error;
        lock (_pendingGate) _underway = null;
        Report(error);
    }

    private void WriteRegistrations(StateChanges changes)
    {
        _database.WriteRegistrations(changes);
        lock (_pendingGate)
        {
            foreach (var (name, registration) in changes.Registrations)
            {
                if (registration is null) _persisted.Remove(name);
                else _persisted.Add(name);
            }
        }
    }

    private Exception? TryWrite(bool isAny, Action write, Action takeBack)
    {
        if (!isAny) return null;
        try
        {
            write();
            return null;
        }
        catch (Exception e)
        {
            // Whatever it was, this thread has to live on.
            lock (_pendingGate) takeBack();
            return e;
        }
    }

    private void Report(Exception? error)
    {
        if (error is not null && !_isFailing) _log.StateIsNotWritten(_folder, error.Message);
        if (error is null && _isFailing) _log.StateIsWrittenAgain(_folder);
        _isFailing = error is not null;
    }

    private sealed record LoadedContent(IReadOnlyList<StampedFile> Files, long Bytes, TimeSpan LoadTime, DateTimeOffset At);
}
