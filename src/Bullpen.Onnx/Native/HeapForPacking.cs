namespace Bullpen.Onnx.Native;

/// <summary>
/// While a session of a prepacked file is created ONNX Runtime packs each weight once more, into a buffer that it throws
/// away when it finds the packed form in the file. With each of them mapped on its own most of that time goes into fresh
/// pages; from the heap the same pages serve them all. One at a time; a second meanwhile does without.
/// </summary>
internal sealed class HeapForPacking : IDisposable
{
    private const int LargestBlock = 32 * 1024 * 1024;
    private const int KeptFree = 2 * LargestBlock;

    private static readonly Lock Gate = new();
    private static bool _isActive;

    private readonly bool _isOwner;

    private HeapForPacking(bool isOwner) => _isOwner = isOwner;

    /// <summary>Begins; dispose when the session is created.</summary>
    public static HeapForPacking Begin()
    {
        lock (Gate)
        {
            if (_isActive) return new HeapForPacking(isOwner: false);
            _isActive = true;
        }

        Glibc.SetThresholds(LargestBlock, KeptFree);
        return new HeapForPacking(isOwner: true);
    }

    /// <summary>Back to what <see cref="OrtStartup"/> set.</summary>
    public void Dispose()
    {
        if (!_isOwner) return;
        Glibc.SetThresholds(OrtStartup.MmapThresholdBytes, OrtStartup.MmapThresholdBytes);
        Glibc.TrimOwnHeap();
        lock (Gate) _isActive = false;
    }
}
