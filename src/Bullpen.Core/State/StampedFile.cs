namespace Bullpen.Core.State;

/// <summary>A file, and enough of it to tell that it was replaced: cheap to take, where a hash is not.</summary>
/// <param name="Path">Its absolute path.</param>
/// <param name="Length">Bytes; -1 where there is no such file.</param>
/// <param name="WrittenTicks">Last write, UTC.</param>
/// <param name="ChangedTicks">
/// Last change by the system's clock; 0 where that is not known. Images and archives often give every file one date, and versions of
/// a model have one length: this still tells them apart.
/// </param>
public readonly record struct StampedFile(string Path, long Length, long WrittenTicks, long ChangedTicks = 0)
{
    /// <summary>The stamp now of the file that <paramref name="path"/> leads to, also by links.</summary>
    public static StampedFile Of(string path)
    {
        var file = new FileInfo(path);
        if (file.LinkTarget is not null && file.ResolveLinkTarget(returnFinalTarget: true) is FileInfo target) file = target;
        return file.Exists
            ? new StampedFile(path, file.Length, file.LastWriteTimeUtc.Ticks, FileChangeTime.TicksOf(path))
            : new StampedFile(path, -1, 0);
    }

    /// <summary>True where nothing that was known of the file then speaks against it being the same now.</summary>
    public bool MayBe(StampedFile earlier) => this == (earlier.ChangedTicks == 0 ? earlier with { ChangedTicks = ChangedTicks } : earlier);
}
