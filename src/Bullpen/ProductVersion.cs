namespace Bullpen;

/// <summary>The version that this build calls itself.</summary>
internal static class ProductVersion
{
    /// <summary>Major, minor and patch: <c>0.1.0</c>.</summary>
    internal static string Text { get; } = typeof(ProductVersion).Assembly.GetName().Version!.ToString(3);
}
