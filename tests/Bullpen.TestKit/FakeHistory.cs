using System.Collections.Concurrent;
using Bullpen.Core.State;

namespace Bullpen.TestKit;

/// <summary>A history that a test writes, and that keeps what it is told.</summary>
public sealed class FakeHistory : IModelHistory
{
    /// <summary>What is known of the file at a path.</summary>
    public ConcurrentDictionary<string, ContentMeasure> Known { get; } = new();

    public ConcurrentQueue<(string Path, long Bytes)> Loads { get; } = new();

    public ConcurrentDictionary<string, DateTimeOffset> Uses { get; } = new();

    /// <summary>While set, it cannot be told of a load.</summary>
    public Exception? Failure { get; set; }

    public ContentMeasure? Find(IReadOnlyList<StampedFile> files) => Known.TryGetValue(files[0].Path, out var known) ? known : null;

    public void Loaded(IReadOnlyList<StampedFile> files, long privateBytes, long mappedBytes, TimeSpan loadTime)
    {
        if (Failure is { } failure) throw failure;
        Loads.Enqueue((files[0].Path, privateBytes + mappedBytes));
    }

    public DateTimeOffset? LastUse(string name) => Uses.TryGetValue(name, out var at) ? at : null;

    public void Used(string name, DateTimeOffset at) => Uses[name] = at;

    public void Forget(string name) => Uses.TryRemove(name, out _);
}
