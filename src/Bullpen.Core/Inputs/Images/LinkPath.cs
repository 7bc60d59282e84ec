namespace Bullpen.Core.Inputs.Images;

/// <summary>Follows every symbolic link of a path, in whatever part of it, as realpath(3) does.</summary>
internal static class LinkPath
{
    /// <summary>As many links as Linux follows before it answers ELOOP.</summary>
    private const int MaxLinks = 40;

    /// <summary>The path without links; null where nothing is there, or links go in circles.</summary>
    public static string? Resolve(string absolutePath)
    {
        var root = Path.GetPathRoot(absolutePath)!;
        var current = root;
        var rest = new Stack<string>();
        Push(rest, absolutePath[root.Length..]);
        var links = 0;
        while (rest.TryPop(out var part))
        {
            if (part == "..")
            {
                current = Path.GetDirectoryName(current) ?? root;
                continue;
            }

            var next = Path.Combine(current, part);
            FileSystemInfo info = Directory.Exists(next) ? new DirectoryInfo(next) : new FileInfo(next);
            if (info.LinkTarget is not { } target)
            {
                if (!info.Exists) return null;
                current = next;
                continue;
            }

            if (++links > MaxLinks) return null;
            if (Path.IsPathRooted(target)) current = root = Path.GetPathRoot(target)!;
            Push(rest, target[(Path.IsPathRooted(target) ? root.Length : 0)..]);
        }

        return current;
    }

    private static void Push(Stack<string> rest, string path)
    {
        var parts = path.Split(Path.DirectorySeparatorChar, Path.AltDirectorySeparatorChar);
        for (var at = parts.Length - 1; at >= 0; at--)
            if (parts[at] is not ("" or ".")) rest.Push(parts[at]);
    }
}
