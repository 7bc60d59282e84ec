namespace Bullpen.Core.Runtimes;

/// <summary>The memory that a loaded model takes.</summary>
/// <param name="PrivateBytes">Bytes that nothing but an unload gives back.</param>
/// <param name="MappedBytes">
/// Bytes of files that the model maps, read-only. The kernel may drop such pages and read them again; sessions of the same
/// file share them.
/// </param>
/// <param name="IsMeasured">True where the bytes were measured; false where only an estimate is known.</param>
public readonly record struct ModelFootprint(long PrivateBytes, long MappedBytes, bool IsMeasured)
{
    /// <summary>All bytes: what is charged to the budget unless it is told to leave mapped files out.</summary>
    public long Bytes => PrivateBytes + MappedBytes;
}
