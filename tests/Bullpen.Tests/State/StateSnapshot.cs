using Bullpen.TestKit;
using Microsoft.Data.Sqlite;

namespace Bullpen.Tests.State;

/// <summary>What a state folder holds, read from a copy, so that looking at it changes nothing.</summary>
internal sealed record StateSnapshot(string Integrity, IReadOnlyList<string> Names)
{
    internal static StateSnapshot Take(string folder)
    {
        using var copy = new TempFolder();
        foreach (var file in Directory.GetFiles(folder, "catalog.db*"))
        {
            using var source = new FileStream(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite);
            using var target = File.Create(copy.At(Path.GetFileName(file)));
            source.CopyTo(target);
        }

        using var connection = new SqliteConnection($"Data Source={copy.At("catalog.db")};Pooling=False");
        connection.Open();
        return new StateSnapshot(Read(connection, "PRAGMA integrity_check").Single(), Read(connection, "SELECT name FROM registrations ORDER BY name"));
    }

    private static List<string> Read(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        using var reader = command.ExecuteReader();
        var rows = new List<string>();
        while (reader.Read()) rows.Add(reader.GetString(0));
        return rows;
    }
}
