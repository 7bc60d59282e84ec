using Bullpen.Core.State;
using Microsoft.Data.Sqlite;
using Microsoft.Extensions.Logging;

namespace Bullpen.State;

/// <summary>A server's state in a SQLite database. All of it is in memory as well: the database is read at the start only.</summary>
public sealed class SqliteState : IStateStore
{
    private static readonly TimeSpan UseTolerance = TimeSpan.FromSeconds(1);

    // Three seconds in all, of the five that ServerProcess gives to everything.
    private static readonly TimeSpan HashingLimit = TimeSpan.FromSeconds(1);
    private static readonly TimeSpan WritingLimit = TimeSpan.FromSeconds(2);

    private readonly TimeProvider _time;
    private readonly StateWriter _writer;
    private readonly LoadHistory _loads;
    private readonly Latest<DateTimeOffset> _uses;

    private SqliteState(StateContents contents, StateWriter writer, StateOptions options, TimeProvider time, ILogger log)
    {
        (_writer, _time) = (writer, time);
        _loads = new LoadHistory(contents, options, writer, log);
        _uses = new Latest<DateTimeOffset>(options.MostLeftBehind);
        Registrations = contents.Registrations;
        foreach (var (name, at) in contents.Uses) _uses.Set(name, at);
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
            return new SqliteState(contents, new StateWriter(folder, database, held, contents, options, time, log), options, time, log);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or SqliteException or DamagedStateException)
        {
            held?.Dispose();
            log.StateIsUnusable(folder, e.Message);
            return new NoState();
        }
    }

    /// <inheritdoc/>
    public Task<bool> KeepAsync(Registration registration) => _writer.KeepAsync(registration);

    /// <inheritdoc/>
    public Task<bool> ForgetAsync(string name) => _writer.ForgetAsync(name);

    /// <inheritdoc/>
    public ContentMeasure? Find(IReadOnlyList<StampedFile> files) => _loads.Find(files);

    /// <inheritdoc/>
    public void Loaded(IReadOnlyList<StampedFile> files, long privateBytes, long mappedBytes, TimeSpan loadTime) =>
        _loads.Add(new MeasuredLoad(files, privateBytes, mappedBytes, loadTime, _time.GetUtcNow()));

    /// <inheritdoc/>
    public bool IsAvailable => true;

    /// <inheritdoc/>
    public string? HashOf(IReadOnlyList<StampedFile> files) => _loads.HashOf(files);

    /// <inheritdoc/>
    public async Task<string?> HashAsync(IReadOnlyList<StampedFile> files, CancellationToken cancellationToken) =>
        await _loads.HashAsync(files, cancellationToken);

    /// <inheritdoc/>
    public DateTimeOffset? LastUse(string name) => _uses.TryGet(name, out var at) ? at : null;

    /// <inheritdoc/>
    public void Used(string name, DateTimeOffset at)
    {
        if (_uses.TryGet(name, out var known) && at - known < UseTolerance) return;
        _uses.Set(name, at);
        _writer.Gather(pending => pending.Uses[name] = at);
    }

    /// <inheritdoc/>
    public void Forget(string name)
    {
        if (_uses.Remove(name)) _writer.ForgetUse(name);
    }

    /// <summary>
    /// Writes what is known, hashes what was loaded last for a second at the most, writes that as well, and lets go of the
    /// folder: three seconds in all. A second call waits likewise.
    /// </summary>
    public async ValueTask DisposeAsync()
    {
        // Not after the hashing: a process that is killed meanwhile has lost no last use.
        _writer.Hurry();
        try
        {
            await _loads.EndAsync(HashingLimit, _time);
        }
        finally
        {
            await _writer.EndAsync(WritingLimit);
        }
    }

    private static StateDatabase OpenOrRenew(
        StateFiles files, string folder, StateOptions options, TimeProvider time, ILogger log, out StateContents contents)
    {
        try
        {
            return StateDatabase.Open(files.Database, options, out contents);
        }
        catch (DamagedStateException e)
        {
            log.StateWasDamaged(folder, files.MoveAside(time.GetUtcNow()), e.Message);
            return StateDatabase.Open(files.Database, options, out contents);
        }
    }
}
