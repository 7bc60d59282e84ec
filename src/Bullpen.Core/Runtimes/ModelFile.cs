namespace Bullpen.Core.Runtimes;

/// <summary>The file to load, and the name under which errors speak of it.</summary>
/// <param name="ModelName">The model's public name, for messages.</param>
/// <param name="Path">The absolute path of the model's main file; never shown to a caller.</param>
public sealed record ModelFile(string ModelName, string Path)
{
    /// <summary>The file itself, where the path is a link to it: a link has a length and a date of its own.</summary>
    public FileInfo Target()
    {
        var file = new FileInfo(Path);
        return file.LinkTarget is not null && File.Exists(Path) && file.ResolveLinkTarget(returnFinalTarget: true) is FileInfo target ? target : file;
    }
}
