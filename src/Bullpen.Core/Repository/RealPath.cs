namespace Bullpen.Core.Repository;

/// <summary>Paths with every symbolic link on the way resolved, and whether one lies below another.</summary>
public static class RealPath
{
    private const int MaxLinks = 40;

    /// <summary>The path that <paramref name="path"/> really leads to. What does not exist is taken as it is written.</summary>
    /// <exception cref="IOException">More than 40 links, as in a circle, or a link that cannot be read.</exception>
    public static string Of(string path)
    {
        var full = Path.GetFullPath(path);
        var resolved = Path.GetPathRoot(full)!;
        var pending = new Stack<string>();
        Push(pending, full[resolved.Length..]);
        for (var links = 0; pending.TryPop(out var part);)
        {
            if (part == "..")
            {
                resolved = Path.GetDirectoryName(resolved) ?? resolved;
                continue;
            }

            var candidate = Path.Combine(resolved, part);
            var target = new FileInfo(candidate).LinkTarget;
            if (target is null)
            {
                resolved = candidate;
                continue;
            }

            if (++links > MaxLinks)
                throw new IOException("Too many symbolic links.");
            var root = Path.GetPathRoot(target) ?? "";
            if (root.Length > 0)
                resolved = root;
            Push(pending, target[root.Length..]);
        }

        return resolved;
    }

    /// <summary>True where <paramref name="path"/> lies in <paramref name="folder"/>, at any depth, and is not the folder itself. Both are full paths.</summary>
    public static bool IsBelow(string path, string folder)
    {
        var prefix = Path.EndsInDirectorySeparator(folder) ? folder : folder + Path.DirectorySeparatorChar;
        return path.Length > prefix.Length && path.StartsWith(prefix, StringComparison.Ordinal);
    }

    private static void Push(Stack<string> pending, string path)
    {
        char[] separators = [Path.DirectorySeparatorChar, Path.AltDirectorySeparatorChar];
        foreach (var part in path.Split(separators, StringSplitOptions.RemoveEmptyEntries).Reverse().Where(p => p != "."))
            pending.Push(part);
    }
}
