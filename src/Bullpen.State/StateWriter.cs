using Bullpen.Core.State;
using Microsoft.Extensions.Logging;

namespace Bullpen.State;

/// <summary>
/// The one thread that writes: registrations at once, the rest gathered. What cannot be written stays pending and is tried
/// again with the next. Owns the database and the lock on the folder from its start to its end.
/// </summary>
internal sealed class StateWriter
{
    private readonly string _folder;
    private readonly StateOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly StateDatabase _database;
    private readonly StateLock _lock;

    private readonly Lock _pendingGate = new();
    private readonly HashSet<string> _persisted;
    private StateChanges _pending = new();
    private StateChanges? _underway;

    // Never disposed: a late call may still come, and it holds nothing that outlives the process.
    private readonly AutoResetEvent _wake = new(initialState: false);
    private readonly Task _writing;
    private volatile bool _isFailing;
    private volatile bool _isEnding;

    // Written under the gate. Slow: a write is overdue, from the first wait that ran out until the thread has ended a write.
    private volatile bool _isSlow;
    private bool _isKnownSlow;

    internal StateWriter(
        string folder, StateDatabase database, StateLock @lock, StateContents contents, StateOptions options, TimeProvider time, ILogger log)
    {
        (_folder, _database, _lock, _options, _time, _log) = (folder, database, @lock, options, time, log);
        _persisted = contents.Registrations.Select(registration => registration.Name).ToHashSet(StringComparer.Ordinal);
        _writing = Task.Factory.StartNew(Write, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    /// <inheritdoc cref="IRegistrationStore.KeepAsync"/>
    internal Task<bool> KeepAsync(Registration registration)
    {
        Task<bool> written;
        lock (_pendingGate)
        {
            _pending.Registrations[registration.Name] = registration;
            written = Written_NeedsLock();
        }

        return WaitAsync(written);
    }

    /// <inheritdoc cref="IRegistrationStore.ForgetAsync"/>
    internal Task<bool> ForgetAsync(string name)
    {
        Task<bool> written;
        lock (_pendingGate)
        {
            var isOnDisk = _persisted.Contains(name) || _underway?.Registrations.ContainsKey(name) == true;
            if (!isOnDisk)
            {
                _pending.Registrations.Remove(name);
                return Task.FromResult(true);
            }

            _pending.Registrations[name] = null;
            written = Written_NeedsLock();
        }

        return WaitAsync(written);
    }

    /// <summary>Has all that is pending written now, and waits for nothing.</summary>
    internal void Hurry() => _wake.Set();

    /// <summary>Changes that are written with the next others.</summary>
    internal void Gather(Action<StateChanges> change)
    {
        lock (_pendingGate) change(_pending);
    }

    /// <summary>Forgets a last use that is on disk.</summary>
    internal void ForgetUse(string name) => Gather(pending =>
    {
        // While nothing can be written, clients must not be able to pile up deletions; a use too many does no harm.
        if (_isFailing) pending.Uses.Remove(name);
        else pending.Uses[name] = null;
    });

    /// <summary>Writes what is left and lets go of the folder; a disk that takes longer than the limit is left behind.</summary>
    internal async Task EndAsync(TimeSpan limit)
    {
        _isEnding = true;
        _wake.Set();
        try
        {
            await _writing.WaitAsync(limit, _time);
        }
        catch (TimeoutException)
        {
            _log.StateIsSlow(_folder, limit.TotalSeconds);
        }
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
            // Or it was written at the last moment; what is not is held against the disk until the next write has ended.
            return TryFindSlow(written) ? false : await written;
        }
    }

    private bool TryFindSlow(Task written)
    {
        bool isNews;
        lock (_pendingGate)
        {
            if (written.IsCompleted) return false;
            isNews = !_isKnownSlow;
            _isSlow = _isKnownSlow = true;
        }

        if (isNews) _log.StateIsSlow(_folder, _options.LongestWait.TotalSeconds);
        return true;
    }

    private Task<bool> Written_NeedsLock()
    {
        _pending.IsAwaited = true;
        return _pending.Written.Task;
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
            if (changes.Registrations.Count + changes.Gathered == 0 && !changes.IsAwaited) return;
            _pending = new StateChanges();
            _underway = changes;
        }

        var started = _time.GetTimestamp();
        var error = TryWrite(changes.Registrations.Count > 0, () => WriteRegistrations(changes), () => _pending.TakeBackRegistrations(changes));
        Answer(changes, error is null, _time.GetElapsedTime(started));
        error = TryWrite(changes.Gathered > 0, () => _database.WriteGathered(changes), () => _pending.TakeBackGathered(changes)) ?? error;
        lock (_pendingGate) _underway = null;
        if (changes.Registrations.Count + changes.Gathered > 0) Report(error);
    }

    private void Answer(StateChanges changes, bool isWritten, TimeSpan took)
    {
        // In one step: a wait that runs out now either finds its answer, or is over before the disk counts as slow no more.
        lock (_pendingGate)
        {
            _isSlow = false;
            if (took < _options.LongestWait) _isKnownSlow = false;
            changes.Written.SetResult(isWritten);
        }
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
}
