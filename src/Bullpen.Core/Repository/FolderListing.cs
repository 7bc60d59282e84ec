namespace Bullpen.Core.Repository;

/// <summary>What one folder holds, hidden entries left out. Links are listed as what they lead to; one to nothing is a file.</summary>
/// <param name="Files">The names of its files, in ordinal order.</param>
/// <param name="Versions">The names of its version folders, highest first.</param>
/// <param name="HasOtherFolders">True where it holds other folders.</param>
internal sealed record FolderListing(IReadOnlyList<string> Files, IReadOnlyList<string> Versions, bool HasOtherFolders)
{
    /// <summary>Lists a folder.</summary>
    /// <exception cref="IOException">It is not there, or cannot be read.</exception>
    /// <exception cref="UnauthorizedAccessException">No permission.</exception>
    public static FolderListing Read(string path)
    {
        var files = new List<string>();
        var versions = new List<string>();
        var others = false;
        foreach (var entry in new DirectoryInfo(path).EnumerateFileSystemInfos())
        {
            if (entry.Name.StartsWith('.'))
                continue;
            if (entry is not DirectoryInfo)
                files.Add(entry.Name);
            else if (VersionOrder.IsVersionFolder(entry.Name))
                versions.Add(entry.Name);
            else
                others = true;
        }

        files.Sort(StringComparer.Ordinal);
        versions.Sort(VersionOrder.HighestFirst);
        return new FolderListing(files, versions, others);
    }
}
