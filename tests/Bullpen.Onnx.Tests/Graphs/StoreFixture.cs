using System.Security.Cryptography;
using Bullpen.Core.Runtimes;
using Bullpen.Core.State;
using Bullpen.Onnx.Graphs;
using Bullpen.TestKit;
using Microsoft.Extensions.Logging;

namespace Bullpen.Onnx.Tests.Graphs;

/// <summary>A store over a folder of the test's own, and entries written into it by this process.</summary>
internal sealed class StoreFixture : IDisposable
{
    public TempFolder Temp { get; } = new();

    public ManualTimeProvider Time { get; } = new();

    public CollectedLog<GraphStore> Log { get; } = new();

    public string Folder => Temp.At("graphs");

    public ContentHashesOfFiles Hashes { get; } = new();

    public GraphStore Open(long maxBytes = 1 << 30, double keptFree = 0, TimeSpan keptFor = default) => new(
        new GraphStoreOptions { Folder = Folder, MaxBytes = maxBytes, DiskKeptFree = keptFree, KeptFor = keptFor }, Hashes, Time, Log);

    /// <summary>Writes the entry of a model, as a child does, but for what it is worth: times on a busy machine decide no test.</summary>
    public async Task<GraphEntry> Write(GraphStore store, ModelFile model)
    {
        var key = (await store.KeyAsync(model, CancellationToken.None)).ShouldNotBeNull();
        var folder = store.Begin(key, 1).ShouldNotBeNull();
        GraphWriter.Write(model.Path, folder, whateverItIsWorth: true, CancellationToken.None).ShouldBeNull();
        store.Publish(key, folder).ShouldBeTrue();
        return store.Find(model).ShouldNotBeNull();
    }

    public ModelFile Copy(ModelFile model, string name) => new(name, Temp.Copy(model.Path, $"{name}/model.onnx"));

    public void Dispose() => Temp.Dispose();

    /// <summary>Hashes what it is asked for, and knows it by its stamp from then on.</summary>
    internal sealed class ContentHashesOfFiles : IContentHashes
    {
        private readonly Dictionary<StampedFile, string> _known = [];

        public bool IsAvailable { get; set; } = true;

        public string? HashOf(IReadOnlyList<StampedFile> files) => _known.GetValueOrDefault(files[0]);

        public Task<string?> HashAsync(IReadOnlyList<StampedFile> files, CancellationToken cancellationToken)
        {
            if (StampedFile.Of(files[0].Path) != files[0] || files[0].Length < 0) return Task.FromResult<string?>(null);
            _known[files[0]] = Convert.ToHexStringLower(SHA256.HashData(File.ReadAllBytes(files[0].Path)));
            return Task.FromResult<string?>(_known[files[0]]);
        }
    }

    internal sealed class CollectedLog<T> : ILogger<T>
    {
        public List<string> Lines { get; } = [];

        public IDisposable? BeginScope<TState>(TState state)
            where TState : notnull => null;

        public bool IsEnabled(LogLevel logLevel) => true;

        public void Log<TState>(LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter)
        {
            lock (Lines) Lines.Add($"{logLevel}: {formatter(state, exception)}");
        }
    }
}
