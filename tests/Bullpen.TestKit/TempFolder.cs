namespace Bullpen.TestKit;

/// <summary>A folder of a test's own, gone with it.</summary>
public sealed class TempFolder : IDisposable
{
    public string Path { get; } = Directory.CreateTempSubdirectory("bullpen-test-").FullName;

    public string At(params string[] parts) => System.IO.Path.Combine([Path, .. parts]);

    /// <summary>Writes a file, making the folders above it.</summary>
    public string Write(string path, ReadOnlySpan<byte> content)
    {
        var file = At(path.Split('/'));
        Directory.CreateDirectory(System.IO.Path.GetDirectoryName(file)!);
        File.WriteAllBytes(file, content);
        return file;
    }

    /// <summary>Copies a file into the folder, making the folders above it.</summary>
    public string Copy(string source, string path) => Write(path, File.ReadAllBytes(source));

    public void Dispose() => Directory.Delete(Path, recursive: true);
}
