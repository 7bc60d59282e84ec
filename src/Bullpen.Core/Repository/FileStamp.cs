using Bullpen.Core.Runtimes;

namespace Bullpen.Core.Repository;

/// <summary>Enough of a file to tell that it was replaced: cheap to take, so that it can be compared on every request.</summary>
/// <param name="Length">Bytes; -1 where there is no file.</param>
/// <param name="WrittenTicks">Last write, UTC.</param>
internal readonly record struct FileStamp(long Length, long WrittenTicks)
{
    private static readonly FileStamp Missing = new(-1, 0);

    /// <summary>The stamp of a model's file now.</summary>
    internal static FileStamp Of(ModelFile model) => Of(model.Target());

    /// <summary>The stamp of the file at <paramref name="path"/> now; a link is followed.</summary>
    internal static FileStamp Of(string path)
    {
        var file = new FileInfo(path);
        try
        {
            return Of(file.LinkTarget is not null && file.ResolveLinkTarget(returnFinalTarget: true) is FileInfo target ? target : file);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // Links that go in circles, or where nobody may follow, lead to no file.
            return Missing;
        }
    }

    private static FileStamp Of(FileInfo file) => file.Exists ? new FileStamp(file.Length, file.LastWriteTimeUtc.Ticks) : Missing;
}
