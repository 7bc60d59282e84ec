using System.Security.Cryptography;
using System.Text;

namespace Bullpen.Sources.Unpacked;

/// <summary>
/// Which url led to which unpacked folder: one small file for each, called by the url's hash, since a url may hold secrets.
/// So a restart downloads nothing, and hashes no archive that did not change.
/// </summary>
internal sealed class SourceRecords(UnpackedFolders folders)
{
    /// <summary>The folder of the records, beside those of models.</summary>
    internal const string FolderName = "sources";

    private readonly Lock _gate = new();
    private Dictionary<string, SourceRecord>? _records;

    internal SourceRecord? Find(string url)
    {
        lock (_gate) return Records().GetValueOrDefault(NameOf(url));
    }

    /// <summary>Keeps what a url led to.</summary>
    internal void Keep(string url, SourceRecord record)
    {
        lock (_gate)
        {
            var name = NameOf(url);
            if (Records().GetValueOrDefault(name) == record && File.Exists(Path.Combine(Folder(), name))) return;
            var part = folders.NewFile();
            try
            {
                File.WriteAllText(part, record.Line());
                File.Move(part, Path.Combine(Folder(), name), overwrite: true);
            }
            finally
            {
                File.Delete(part);
            }

            Records()[name] = record;
        }
    }

    /// <summary>Forgets every url that led to none of those folders.</summary>
    internal void KeepOnly(IReadOnlyCollection<string> keys)
    {
        lock (_gate)
        {
            foreach (var (name, record) in Records().ToList())
            {
                if (keys.Contains(record.Key)) continue;
                File.Delete(Path.Combine(Folder(), name));
                Records().Remove(name);
            }
        }
    }

    private Dictionary<string, SourceRecord> Records()
    {
        if (_records is not null) return _records;
        var records = new Dictionary<string, SourceRecord>(StringComparer.Ordinal);
        foreach (var file in Directory.EnumerateFiles(Folder()))
            if (SourceRecord.Parse(File.ReadAllText(file)) is { } record) records[Path.GetFileName(file)] = record;
        return _records = records;
    }

    private string Folder() => Directory.CreateDirectory(Path.Combine(folders.Root(), FolderName)).FullName;

    private static string NameOf(string url) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(url)));
}
