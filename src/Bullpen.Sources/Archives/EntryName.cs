using System.Text;

namespace Bullpen.Sources.Archives;

/// <summary>The rules on names in archives: relative, below the folder that is unpacked to, on any file system.</summary>
internal static class EntryName
{
    /// <summary>The parts of a name, without those that are <c>.</c>; none for the archive's own root.</summary>
    /// <exception cref="ArchiveException">The name breaks a rule.</exception>
    internal static string[] Parts(string name, ArchiveLimits limits)
    {
        if (name.Length == 0) throw ArchiveException.Entry(name, "has no name");
        if (Encoding.UTF8.GetByteCount(name) > limits.MaxNameBytes)
            throw ArchiveException.Entry(name, $"has a name of more than {limits.MaxNameBytes:N0} bytes");
        if (name.Any(char.IsControl)) throw ArchiveException.Entry(name, "has a control character in its name");
        if (name.Contains('\\', StringComparison.Ordinal)) throw ArchiveException.Entry(name, "has a backslash in its name");
        if (name.Contains(':', StringComparison.Ordinal)) throw ArchiveException.Entry(name, "has a colon in its name, as a drive has");
        if (name[0] == '/') throw ArchiveException.Entry(name, "has an absolute path");

        string[] parts = [.. name.Split('/', StringSplitOptions.RemoveEmptyEntries).Where(part => part != ".")];
        if (parts.Contains("..")) throw ArchiveException.Entry(name, "leads to a parent folder");
        if (parts.Length > limits.MaxDepth) throw ArchiveException.Entry(name, $"lies more than {limits.MaxDepth} folders deep");
        foreach (var part in parts)
        {
            if (Encoding.UTF8.GetByteCount(part) > limits.MaxPartBytes)
                throw ArchiveException.Entry(name, $"has a part of more than {limits.MaxPartBytes} bytes in its name");
            if (part[^1] is '.' or ' ') throw ArchiveException.Entry(name, "has a part that ends in a dot or a space");
        }

        return parts;
    }
}
