using Bullpen.Core.Runtimes;

namespace Bullpen.Core.Models;

/// <summary>Enough of a file to tell that it was replaced: cheap to take, so that it can be compared on every request.</summary>
/// <param name="Length">Bytes; -1 where there is no file.</param>
/// <param name="WrittenTicks">Last write, UTC.</param>
internal readonly record struct FileStamp(long Length, long WrittenTicks)
{
    /// <summary>The stamp of a model's file now.</summary>
    internal static FileStamp Of(ModelFile model)
    {
        var file = model.Target();
        return file.Exists ? new FileStamp(file.Length, file.LastWriteTimeUtc.Ticks) : new FileStamp(-1, 0);
    }
}
