namespace Bullpen.Onnx.Graphs;

/// <summary>An entry in use: from before it is read until the session that maps it is gone.</summary>
internal sealed class EntryUse(GraphStore store, GraphEntry entry) : IDisposable
{
    private bool _isOver;

    /// <summary>The use is over; once.</summary>
    public void Dispose()
    {
        if (!Interlocked.Exchange(ref _isOver, true)) store.Used(entry);
    }
}
