namespace Bullpen.TestKit;

/// <summary>Where the tests' own checkout lies.</summary>
public static class Checkout
{
    /// <summary>Its root.</summary>
    public static string Root { get; } = Find();

    /// <summary>A path below its root.</summary>
    public static string At(params string[] parts) => Path.Combine([Root, .. parts]);

    private static string Find()
    {
        for (var at = new DirectoryInfo(AppContext.BaseDirectory); at is not null; at = at.Parent)
            if (File.Exists(Path.Combine(at.FullName, "Bullpen.slnx"))) return at.FullName;
        throw new InvalidOperationException("The tests do not lie in a checkout.");
    }
}
