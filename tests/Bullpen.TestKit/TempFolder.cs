using System.Text;

namespace Bullpen.TestKit;

/// <summary>A folder of a test's own, gone with it. Paths in it have forward slashes.</summary>
public sealed class TempFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("bullpen-test-").FullName;

    public string At(string path) => System.IO.Path.Combine(Path, path);

    /// <summary>Writes a file, making the folders above it.</summary>
    public string Write(string path, ReadOnlySpan<byte> content)
    {
        var file = At(path);
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(file)!);
        File.WriteAllBytes(file, content);
        return file;
    }

    public string Write(string path, string content) => Write(path, Encoding.UTF8.GetBytes(content));

    /// <summary>Copies a file into the folder, making the folders above it.</summary>
    public string Copy(string source, string path) => Write(path, File.ReadAllBytes(source));

    public string Folder(string path) => Directory.CreateDirectory(At(path)).FullName;

    public void Link(string path, string target)
    {
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(At(path))!);
        File.CreateSymbolicLink(At(path), target);
    }

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
