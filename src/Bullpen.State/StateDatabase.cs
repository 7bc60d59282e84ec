using Bullpen.Core.State;
using Microsoft.Data.Sqlite;

namespace Bullpen.State;

/// <summary>
/// The tables, and the SQL that reads and writes them. A commit is on disk when it returns (WAL, synchronous FULL). The
/// database is held in SQLite's exclusive mode, which needs no shared memory and keeps other programs from writing.
/// Not thread safe.
/// </summary>
internal sealed class StateDatabase : IDisposable
{
    private const int SchemaVersion = 2;
    private const int PageSize = 4096;

    private const string Schema =
        """
        CREATE TABLE registrations (name TEXT PRIMARY KEY, url TEXT NOT NULL, registered_at INTEGER NOT NULL) STRICT, WITHOUT ROWID;
        CREATE TABLE uses (name TEXT PRIMARY KEY, used_at INTEGER NOT NULL) STRICT, WITHOUT ROWID;
        CREATE TABLE files (path TEXT PRIMARY KEY, length INTEGER NOT NULL, written INTEGER NOT NULL, sha256 TEXT NOT NULL,
            changed INTEGER NOT NULL DEFAULT 0) STRICT;
        CREATE TABLE loads (content TEXT NOT NULL, position INTEGER NOT NULL, loaded_at INTEGER NOT NULL, bytes INTEGER NOT NULL,
            duration INTEGER NOT NULL, mapped INTEGER NOT NULL DEFAULT 0, PRIMARY KEY (content, position)) STRICT, WITHOUT ROWID;
        PRAGMA user_version = 2;
        """;

    /// <summary>Version 2 keeps mapped bytes apart from the private ones, which is what version 1 measured, and files' change times.</summary>
    private const string FromVersion1 =
        """
        ALTER TABLE files ADD COLUMN changed INTEGER NOT NULL DEFAULT 0;
        ALTER TABLE loads ADD COLUMN mapped INTEGER NOT NULL DEFAULT 0;
        PRAGMA user_version = 2;
        """;

    private readonly SqliteConnection _connection;
    private readonly int _mostLeftBehind;
    private int _gatheredSincePruned;

    private StateDatabase(SqliteConnection connection, int mostLeftBehind) =>
        (_connection, _mostLeftBehind) = (connection, mostLeftBehind);

    /// <summary>Opens the database, making it where there is none, and reads all that it holds.</summary>
    /// <exception cref="DamagedStateException">It is no database of this version.</exception>
    /// <exception cref="SqliteException">It cannot be read or written at all.</exception>
    internal static StateDatabase Open(string path, StateOptions options, out StateContents contents)
    {
        var connection = new SqliteConnection(new SqliteConnectionStringBuilder
        {
            DataSource = path,
            Pooling = false,
            DefaultTimeout = 1,
        }.ConnectionString);
        try
        {
            connection.Open();
            var database = new StateDatabase(connection, options.MostLeftBehind);
            database.Execute("PRAGMA locking_mode = EXCLUSIVE");
            database.Execute("PRAGMA journal_mode = WAL");
            database.Execute("PRAGMA synchronous = FULL");
            database.Execute($"PRAGMA max_page_count = {Math.Max(1, options.MaxBytes / PageSize)}");
            database.EnsureSchema();
            contents = database.Read();
            return database;
        }
        catch (Exception e) when (IsDamage(e))
        {
            connection.Dispose();
            throw new DamagedStateException(e.Message, e);
        }
        catch
        {
            connection.Dispose();
            throw;
        }
    }

    /// <summary>Writes the registrations, all or none; on disk when it returns.</summary>
    internal void WriteRegistrations(StateChanges changes) => InTransaction(() =>
    {
        // Deletions first: on a full disk they make the room for the others.
        foreach (var (name, registration) in changes.Registrations)
            if (registration is null) Execute("DELETE FROM registrations WHERE name = $1", name);
        foreach (var registration in changes.Registrations.Values)
            if (registration is not null) Execute("INSERT OR REPLACE INTO registrations VALUES ($1, $2, $3)", registration.Name, registration.Url, registration.At.UtcTicks);
    });

    /// <summary>Writes uses, hashes and loads, all or none.</summary>
    internal void WriteGathered(StateChanges changes) => InTransaction(() =>
    {
        _gatheredSincePruned += changes.Gathered;
        if (_gatheredSincePruned > _mostLeftBehind) Prune();
        foreach (var (name, at) in changes.Uses)
        {
            if (at is { } used) Execute("INSERT OR REPLACE INTO uses VALUES ($1, $2)", name, used.UtcTicks);
            else Execute("DELETE FROM uses WHERE name = $1", name);
        }

        foreach (var (path, (file, sha256)) in changes.Files)
            Execute("INSERT OR REPLACE INTO files VALUES ($1, $2, $3, $4, $5)", path, file.Length, file.WrittenTicks, sha256, file.ChangedTicks);

        foreach (var (content, loads) in changes.Measures)
        {
            Execute("DELETE FROM loads WHERE content = $1", content);
            for (var i = 0; i < loads.Count; i++)
                Execute("INSERT INTO loads VALUES ($1, $2, $3, $4, $5, $6)", content, i, loads[i].At.UtcTicks, loads[i].PrivateBytes, loads[i].LoadTime.Ticks, loads[i].MappedBytes);
        }
    });

    public void Dispose() => _connection.Dispose();

    /// <summary>True where the file's content is at fault, and not the disk. A NULL or a type where none may be is no exception of SQLite's.</summary>
    private static bool IsDamage(Exception exception) => exception is InvalidCastException or InvalidOperationException
        or SqliteException { SqliteErrorCode: SQLitePCL.raw.SQLITE_CORRUPT or SQLitePCL.raw.SQLITE_NOTADB or SQLitePCL.raw.SQLITE_ERROR };

    private void EnsureSchema()
    {
        var version = Scalar("PRAGMA user_version");
        if (version == 0 && Scalar("SELECT count(*) FROM sqlite_schema") == 0)
        {
            InTransaction(() => Execute(Schema));
            return;
        }

        if (version is not (1 or SchemaVersion))
            throw new DamagedStateException($"It has schema version {version}, and this version of Bullpen writes {SchemaVersion}.");
        var check = Rows("PRAGMA quick_check(1)", row => row.GetString(0))[0];
        if (check != "ok") throw new DamagedStateException(check);
        if (version == 1) InTransaction(() => Execute(FromVersion1));
    }

    private StateContents Read()
    {
        InTransaction(Prune);
        // The newest last: where memory holds fewer, the oldest go.
        return new StateContents(
            Rows("SELECT name, url, registered_at FROM registrations ORDER BY registered_at, name", row => new Registration(row.GetString(0), row.GetString(1), Time(row, 2))),
            Rows("SELECT name, used_at FROM uses ORDER BY used_at", row => (row.GetString(0), Time(row, 1))),
            Rows("SELECT path, length, written, changed, sha256 FROM files ORDER BY rowid", row => new HashedFile(new StampedFile(row.GetString(0), row.GetInt64(1), row.GetInt64(2), row.GetInt64(3)), row.GetString(4))),
            Rows("SELECT content, loaded_at, bytes, mapped, duration FROM loads ORDER BY max(loaded_at) OVER (PARTITION BY content), content, position", row => new Measure(row.GetString(0), Time(row, 1), row.GetInt64(2), row.GetInt64(3), TimeSpan.FromTicks(row.GetInt64(4)))));
    }

    /// <summary>Keeps of each thing that models leave behind the newest rows.</summary>
    private void Prune()
    {
        _gatheredSincePruned = 0;
        Execute("DELETE FROM uses WHERE used_at < (SELECT used_at FROM uses ORDER BY used_at DESC LIMIT 1 OFFSET $1)", _mostLeftBehind);
        Execute("DELETE FROM loads WHERE loaded_at < (SELECT loaded_at FROM loads ORDER BY loaded_at DESC LIMIT 1 OFFSET $1)", _mostLeftBehind);
        Execute("DELETE FROM files WHERE rowid <= (SELECT max(rowid) FROM files) - $1", _mostLeftBehind);
    }

    private static DateTimeOffset Time(SqliteDataReader row, int column)
    {
        var ticks = row.GetInt64(column);
        return ticks >= 0 && ticks <= DateTimeOffset.MaxValue.UtcTicks
            ? new DateTimeOffset(ticks, TimeSpan.Zero)
            : throw new DamagedStateException($"It holds the time {ticks}.");
    }

    private void InTransaction(Action write)
    {
        using var transaction = _connection.BeginTransaction();
        write();
        transaction.Commit();
    }

    private long Scalar(string sql) => Rows(sql, row => row.GetInt64(0))[0];

    private List<T> Rows<T>(string sql, Func<SqliteDataReader, T> read)
    {
        using var command = Command(sql);
        using var reader = command.ExecuteReader();
        var rows = new List<T>();
        while (reader.Read()) rows.Add(read(reader));
        return rows;
    }

    private void Execute(string sql, params ReadOnlySpan<object> values)
    {
        using var command = Command(sql);
        for (var i = 0; i < values.Length; i++) command.Parameters.AddWithValue($"${i + 1}", values[i]);
        command.ExecuteNonQuery();
    }

    /// <summary>SQL is written out in this class; what comes from outside comes as parameters.</summary>
    private SqliteCommand Command(string sql)
    {
        var command = _connection.CreateCommand();
        command.CommandText = sql;
        return command;
    }
}
