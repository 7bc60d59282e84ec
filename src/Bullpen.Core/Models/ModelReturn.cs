namespace Bullpen.Core.Models;

/// <summary>What an unload gave back, in bytes.</summary>
/// <param name="Reclaimed">
/// By how much the runtime's memory in use fell; null where that could not be measured, because another load or unload
/// overlapped or the platform cannot tell.
/// </param>
/// <param name="Residue">
/// What the model was charged with and did not give back, at least 0: runs add to what a model holds, so more than was charged
/// may come back. Null where either was not measured.
/// </param>
public readonly record struct ModelReturn(long? Reclaimed, long? Residue)
{
    /// <summary>Nothing was in memory.</summary>
    public static ModelReturn Nothing { get; } = new(0, 0);

    /// <summary>What came back of a model that was charged with <paramref name="charged"/> bytes.</summary>
    internal static ModelReturn Of(long? reclaimed, long charged, bool isMeasured) =>
        new(reclaimed, reclaimed is { } bytes && isMeasured ? Math.Max(0, charged - bytes) : null);

    /// <summary>Two models together; what is unknown of one is unknown of both.</summary>
    public static ModelReturn Add(ModelReturn left, ModelReturn right) =>
        new(left.Reclaimed + right.Reclaimed, left.Residue + right.Residue);
}
