namespace Bullpen.Core.State;

/// <summary>A file, and enough of it to tell that it was replaced: cheap to take, where a hash is not.</summary>
/// <param name="Path">Its absolute path.</param>
/// <param name="Length">Bytes; -1 where there is no such file.</param>
/// <param name="WrittenTicks">Last write, UTC.</param>
public readonly record struct StampedFile(string Path, long Length, long WrittenTicks)
{
    /// <summary>The stamp of the file at <paramref name="path"/> now.</summary>
    public static StampedFile Of(string path)
    {
        var file = new FileInfo(path);
        return file.Exists ? new StampedFile(path, file.Length, file.LastWriteTimeUtc.Ticks) : new StampedFile(path, -1, 0);
    }
}
