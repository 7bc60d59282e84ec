namespace Bullpen.Commands;

/// <summary>Finds the checkout that the program was built in or is started from, which holds the sample models.</summary>
internal static class Checkout
{
    private const string Marker = "Bullpen.slnx";

    /// <summary>The checkout's root above the working folder or above the program; null where there is none.</summary>
    internal static string? Find() => Above(Environment.CurrentDirectory) ?? Above(AppContext.BaseDirectory);

    private static string? Above(string folder)
    {
        for (var at = new DirectoryInfo(folder); at is not null; at = at.Parent)
            if (File.Exists(Path.Combine(at.FullName, Marker))) return at.FullName;
        return null;
    }
}
