using System.Security.Cryptography;
using System.Text;
using Microsoft.Extensions.Logging;

namespace Bullpen.Sources.Unpacked;

/// <summary>
/// Which url led to which unpacked folder: one small file for each, called by the url's hash, since a url may hold secrets.
/// So a restart downloads nothing, and hashes no archive that did not change.
/// </summary>
internal sealed class SourceRecords
{
    /// <summary>The folder of the records, beside those of models.</summary>
    internal const string FolderName = "sources";

    private readonly Lock _gate = new();
    private readonly UnpackedFolders _folders;
    private readonly ILogger _log;
    private Dictionary<string, SourceRecord>? _records;

    /// <summary>The records beside those folders; with a folder go the records that lead to it.</summary>
    internal SourceRecords(UnpackedFolders folders, ILogger log)
    {
        (_folders, _log) = (folders, log);
        folders.Gone = Forget;
    }

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
            var part = _folders.NewFile();
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

    /// <summary>Forgets every url that led to a folder that is gone; the next start tries again where the disk refuses.</summary>
    private void Forget(string key)
    {
        lock (_gate)
        {
            // Who has it again keeps, or kept, a record of it.
            if (_folders.IsUsed(key)) return;
            try
            {
                Remove(record => record.Key == key);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                _log.NotDeleted(FolderName, e.Message);
            }
        }
    }

    /// <summary>Forgets every url that led to none of those folders.</summary>
    internal void KeepOnly(IReadOnlyCollection<string> keys)
    {
        lock (_gate) Remove(record => !keys.Contains(record.Key));
    }

    private void Remove(Func<SourceRecord, bool> which)
    {
        foreach (var (name, record) in Records().ToList())
        {
            if (!which(record)) continue;
            File.Delete(Path.Combine(Folder(), name));
            Records().Remove(name);
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

    private string Folder() => Directory.CreateDirectory(Path.Combine(_folders.Root(), FolderName)).FullName;

    private static string NameOf(string url) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(url)));
}
