using Bullpen.Core.Repository;

namespace Bullpen.Core.Inputs.Images;

/// <summary>
/// The folder that paths in requests are relative to, and that none of them can leave. A path is relative, with
/// forward slashes; links are followed, and where they end must lie below the folder too. Only regular files are
/// opened: what reports no length (devices, pipes) is never touched.
/// </summary>
/// <param name="root">The folder, absolute or relative to the process; need not exist. Null: there is none.</param>
/// <param name="maxFileBytes">The largest file that is read. Default 64 MiB, as the limit of a request's body.</param>
public sealed class DataFolder(string? root, long maxFileBytes = 64 * 1024 * 1024)
{
    private const int MaxPathLength = 1024;

    private readonly string? _root = root is null ? null : Path.GetFullPath(root);

    /// <summary>The largest file that is read, in bytes.</summary>
    public long MaxFileBytes { get; } = maxFileBytes;

    /// <summary>Reads a file.</summary>
    /// <param name="path">The path as a caller gave it.</param>
    /// <param name="content">The file's bytes where the answer is <see cref="DataFileStatus.Read"/>, otherwise empty.</param>
    public DataFileStatus TryRead(string path, out byte[] content)
    {
        content = [];
        if (path.Length is 0 or > MaxPathLength || path.Any(letter => char.IsControl(letter) || letter == '\\')) return DataFileStatus.NotAPath;
        if (_root is null) return DataFileStatus.NoFolder;
        if (Path.IsPathRooted(path) || path.StartsWith('/') || path.Split('/').Contains("..")) return DataFileStatus.Outside;
        if (OperatingSystem.IsWindows() && path.Contains(':')) return DataFileStatus.Outside;
        try
        {
            // The folder itself may be a link: both ends are compared where they really are.
            var file = RealPath.Of(Path.Combine(_root, path));
            if (!RealPath.IsBelow(file, RealPath.Of(_root))) return DataFileStatus.Outside;
            return Read(new FileInfo(file), out content);
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            return DataFileStatus.NotFound;
        }
    }

    private DataFileStatus Read(FileInfo file, out byte[] content)
    {
        content = [];
        if (!file.Exists || file.Length == 0) return DataFileStatus.NotFound;
        if (file.Length > MaxFileBytes) return DataFileStatus.TooLarge;
        using var stream = new FileStream(file.FullName, FileMode.Open, FileAccess.Read, FileShare.Read, bufferSize: 0);
        content = new byte[file.Length];
        stream.ReadExactly(content);
        return DataFileStatus.Read;
    }
}
