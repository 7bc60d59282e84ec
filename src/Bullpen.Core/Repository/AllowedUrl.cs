namespace Bullpen.Core.Repository;

/// <summary>One prefix of the allow-list: scheme, host and port are compared exactly, the path part by part.</summary>
/// <param name="Prefix">Without query and fragment.</param>
public sealed record AllowedUrl(Uri Prefix)
{
    private readonly string[] _parts = Prefix.AbsolutePath.Split('/', StringSplitOptions.RemoveEmptyEntries);

    /// <summary>True where <paramref name="address"/> lies below the prefix, or is it.</summary>
    public bool Covers(Uri address)
    {
        if (address.Scheme != Prefix.Scheme || address.Port != Prefix.Port || !address.IdnHost.Equals(Prefix.IdnHost, StringComparison.OrdinalIgnoreCase))
            return false;
        var path = address.AbsolutePath.Split('/', StringSplitOptions.RemoveEmptyEntries);
        return path.Length >= _parts.Length && path.AsSpan(0, _parts.Length).SequenceEqual(_parts);
    }
}
