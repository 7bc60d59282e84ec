using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using Bullpen.Core;
using Bullpen.Core.Runtimes;
using Bullpen.Onnx.Graphs;
using Bullpen.Onnx.Tests.Onnx;

namespace Bullpen.Onnx.Tests.Graphs;

/// <summary>Loads of entries that fail: what says something against the entry, and what says something of the moment.</summary>
[Collection(NativeMemoryCollection.Name)]
public sealed partial class StoredLoadFailureTests : IDisposable
{
    private readonly StoreFixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    [SkippableTheory]
    [InlineData(true)]
    [InlineData(false)]
    public async Task A_process_without_a_descriptor_left_keeps_the_entry(bool isVerified)
    {
        Skip.IfNot(OperatingSystem.IsLinux());
        var (store, model, entry) = await Written();
        FailOnce();
        var runtime = new OnnxModelRuntime(store: store);
        runtime.Load(model).Dispose();
        if (!isVerified) (store, entry) = Reopened(model);
        runtime = new OnnxModelRuntime(store: store);

        WithoutDescriptors(() => runtime.TryLoad(entry, model, CancellationToken.None)).ShouldBeNull();

        var line = _fixture.Log.Lines.ShouldHaveSingleItem();
        line.ShouldContain("is kept");
        line.ShouldContain("Too many open files");
        using var next = runtime.Load(model);
        next.Footprint.MappedBytes.ShouldBePositive("it was not at fault");
    }

    [Fact]
    public async Task What_ONNX_Runtime_cannot_read_is_removed_though_it_is_what_was_written()
    {
        var (_, model, entry) = await Written();
        WriteGraph(entry, "this is no graph"u8.ToArray());
        var store = _fixture.Open();

        using var session = new OnnxModelRuntime(store: store).Load(model);

        session.Footprint.MappedBytes.ShouldBe(0);
        store.Find(model).ShouldBeNull();
        _fixture.Log.Lines.ShouldHaveSingleItem().ShouldContain("is removed");
    }

    [Fact]
    public async Task A_check_of_the_weights_that_nobody_waits_for_any_more_leaves_no_exception_behind()
    {
        var (_, model, entry) = await Written();
        WriteGraph(entry, "this is no graph"u8.ToArray());
        var weights = Path.Combine(entry.Folder, GraphEntry.WeightsName);
        var bytes = File.ReadAllBytes(weights);
        bytes[0] ^= 1;
        File.WriteAllBytes(weights, bytes);
        var unobserved = new List<string>();
        EventHandler<UnobservedTaskExceptionEventArgs> listener = (_, e) =>
        {
            lock (unobserved) unobserved.Add(e.Exception.ToString());
        };
        TaskScheduler.UnobservedTaskException += listener;
        try
        {
            LoadAndForget(model);
            for (var i = 0; i < 3; i++)
            {
                GC.Collect();
                GC.WaitForPendingFinalizers();
            }
        }
        finally
        {
            TaskScheduler.UnobservedTaskException -= listener;
        }

        lock (unobserved) unobserved.Where(text => text.Contains(nameof(DamagedEntryException), StringComparison.Ordinal)).ShouldBeEmpty();
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private void LoadAndForget(ModelFile model) => new OnnxModelRuntime(store: _fixture.Open()).Load(model).Dispose();

    private async Task<(GraphStore Store, ModelFile Model, GraphEntry Entry)> Written()
    {
        var store = _fixture.Open();
        var model = _fixture.Copy(TestModels.Sample("fashion"), "fashion");
        return (store, model, await _fixture.Write(store, model));
    }

    private (GraphStore Store, GraphEntry Entry) Reopened(ModelFile model)
    {
        var store = _fixture.Open();
        return (store, store.Find(model).ShouldNotBeNull());
    }

    /// <summary>Another graph, which the manifest says is the one that was written.</summary>
    private static void WriteGraph(GraphEntry entry, byte[] bytes)
    {
        File.WriteAllBytes(entry.GraphPath, bytes);
        var manifest = entry.Manifest with { Graph = new EntryFile(bytes.Length, BlockChecksum.Of(entry.GraphPath, CancellationToken.None)) };
        manifest.Write(Path.Combine(entry.Folder, EntryManifest.FileName));
    }

    /// <summary>What runs only after a failure has to be in memory before: to load an assembly takes a descriptor too.</summary>
    private static void FailOnce() =>
        Should.Throw<ServingException>(() => new OnnxModelRuntime().Load(TestModels.Small("type_error")));

    private static T WithoutDescriptors<T>(Func<T> action)
    {
        const int Descriptors = 7;
        getrlimit(Descriptors, out var limits).ShouldBe(0);
        var none = limits with { Soft = 1 };
        setrlimit(Descriptors, in none).ShouldBe(0);
        try
        {
            return action();
        }
        finally
        {
            setrlimit(Descriptors, in limits).ShouldBe(0);
        }
    }

    [LibraryImport("libc")]
    private static partial int getrlimit(int resource, out Limits limits);

    [LibraryImport("libc")]
    private static partial int setrlimit(int resource, in Limits limits);

    /// <summary><c>struct rlimit</c> of sys/resource.h.</summary>
    private record struct Limits(ulong Soft, ulong Hard);
}
