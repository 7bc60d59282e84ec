namespace Bullpen.State;

/// <summary>The files of a state folder.</summary>
internal sealed class StateFiles(string folder)
{
    private const string Name = "catalog.db";

    /// <summary>The database; SQLite keeps its log beside it.</summary>
    internal string Database { get; } = Path.Combine(folder, Name);

    /// <summary>Makes the folder, for its user alone.</summary>
    internal void CreateFolder()
    {
        if (OperatingSystem.IsWindows()) Directory.CreateDirectory(folder);
        else Directory.CreateDirectory(folder, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    /// <summary>Moves a database that cannot be used out of the way, for its owner to look at. The name that it has now.</summary>
    internal string MoveAside(DateTimeOffset now)
    {
        var aside = $"{Name}.damaged-{now:yyyyMMdd'T'HHmmssfff}";
        // The log first: a new database must never meet the old one's.
        foreach (var suffix in new[] { "-wal", "-shm", "-journal", "" })
            if (File.Exists(Database + suffix)) File.Move(Database + suffix, Path.Combine(folder, aside + suffix));
        return aside;
    }
}
