using Bullpen.Core;
using Bullpen.Core.Runtimes;
using Bullpen.Core.Tensors;
using Bullpen.Onnx.Graphs;
using Bullpen.Onnx.Native;
using Bullpen.Onnx.Tests.Onnx;

namespace Bullpen.Onnx.Tests.Graphs;

/// <summary>Loads through the store: the same answers as the original's, whatever happens to the files.</summary>
[Collection(NativeMemoryCollection.Name)]
public sealed class StoredLoadTests : IDisposable
{
    private readonly StoreFixture _fixture = new();

    public static TheoryData<string> Samples => [.. TestModels.Samples];

    public static TheoryData<string> SmallModels => [.. Directory.GetFiles(Path.Combine(AppContext.BaseDirectory, "Models"), "*.onnx").Select(path => Path.GetFileNameWithoutExtension(path)).Order()];

    public void Dispose() => _fixture.Dispose();

    [Theory]
    [MemberData(nameof(Samples))]
    public void Every_sample_answers_from_its_entry_as_from_its_file(string name)
    {
        var model = TestModels.Sample(name);
        using var original = new OnnxModelRuntime().Load(model);
        var inputs = TestModels.InputsFor(original.Signature);
        var expected = original.Run(inputs);
        var folder = _fixture.Temp.Folder("made");

        GraphWriter.MakeAlways(model, folder, CancellationToken.None);

        using var native = GraphSessions.Entry(Path.Combine(folder, GraphEntry.GraphName), CancellationToken.None);
        using var session = new OnnxModelSession(native, SignatureReader.Read(native, name), default, model, new MemoryMeter());
        ShouldBeSame(session.Signature, original.Signature);
        var outputs = session.Run(inputs);
        for (var i = 0; i < outputs.Count; i++) ShouldBeClose(outputs[i], expected[i]);
    }

    /// <summary>Among them: outputs that are sequences of maps, text, optional outputs, loops.</summary>
    [Theory]
    [MemberData(nameof(SmallModels))]
    public void A_small_model_keeps_its_signature_or_is_refused_as_its_file_is(string name)
    {
        var model = TestModels.Small(name);
        ModelSignature? expected = null;
        try
        {
            using var original = new OnnxModelRuntime().Load(model);
            expected = original.Signature;
        }
        catch (ServingException)
        {
            // Refused: then nothing may come of it in the store either.
        }

        var folder = _fixture.Temp.Folder("made");
        if (expected is null)
        {
            Should.Throw<Exception>(() => GraphWriter.MakeAlways(model, folder, CancellationToken.None));
            return;
        }

        GraphWriter.MakeAlways(model, folder, CancellationToken.None);
        using var native = GraphSessions.Entry(Path.Combine(folder, GraphEntry.GraphName), CancellationToken.None);
        ShouldBeSame(SignatureReader.Read(native, name), expected);
    }

    [Fact]
    public async Task A_load_takes_the_entry_and_tells_private_from_mapped_bytes()
    {
        var (store, model, _) = await Written("image");
        using var original = new OnnxModelRuntime().Load(model);
        using var session = new OnnxModelRuntime(store: store).Load(model);

        session.Footprint.IsMeasured.ShouldBeTrue();
        session.Footprint.MappedBytes.ShouldBePositive();
        session.Footprint.PrivateBytes.ShouldBeLessThan(original.Footprint.PrivateBytes / 4);
        original.Footprint.MappedBytes.ShouldBe(0);
        var inputs = TestModels.InputsFor(session.Signature);
        ShouldBeClose(session.Run(inputs)[1], original.Run(inputs)[1]);
        _fixture.Log.Lines.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("graph.onnx", "flip")]
    [InlineData("graph.onnx", "truncate")]
    [InlineData("graph.onnx", "empty")]
    [InlineData("graph.onnx", "delete")]
    [InlineData("weights.bin", "flip")]
    [InlineData("weights.bin", "truncate")]
    [InlineData("weights.bin", "empty")]
    [InlineData("weights.bin", "delete")]
    [InlineData("weights.bin", "unreadable")]
    public async Task A_damaged_entry_is_removed_and_the_file_loaded_instead(string file, string how)
    {
        var (_, model, entry) = await Written("fashion");
        Damage(Path.Combine(entry.Folder, file), how);
        // As after a restart: nothing was checked by this store yet.
        var store = _fixture.Open();

        using (var session = new OnnxModelRuntime(store: store).Load(model))
        {
            session.Footprint.MappedBytes.ShouldBe(0);
            session.Run(TestModels.InputsFor(session.Signature)).Count.ShouldBe(2);
        }

        store.Find(model).ShouldBeNull();
        Directory.Exists(entry.Folder).ShouldBe(how == "delete" && file == "graph.onnx", "a folder without its graph counts as deleted");
        _fixture.Log.Lines.Count.ShouldBe(how == "delete" && file == "graph.onnx" ? 0 : 1);
        await _fixture.Write(store, model);
        using var repaired = new OnnxModelRuntime(store: store).Load(model);
        repaired.Footprint.MappedBytes.ShouldBePositive();
    }

    [Fact]
    public async Task An_entry_that_is_damaged_after_it_was_checked_is_noticed_by_its_stamp()
    {
        var (store, model, entry) = await Written("fashion");
        var runtime = new OnnxModelRuntime(store: store);
        runtime.Load(model).Dispose();

        Damage(Path.Combine(entry.Folder, GraphEntry.WeightsName), "flip");

        using var session = runtime.Load(model);
        session.Footprint.MappedBytes.ShouldBe(0);
        _fixture.Log.Lines.ShouldHaveSingleItem().ShouldContain("weights.bin is damaged");
    }

    [Fact]
    public async Task The_store_may_be_deleted_while_its_entries_are_in_use()
    {
        var (store, model, _) = await Written("expression");
        var runtime = new OnnxModelRuntime(store: store);
        using var session = runtime.Load(model);
        var inputs = TestModels.InputsFor(session.Signature);

        Directory.Delete(_fixture.Folder, recursive: true);

        session.Run(inputs).Count.ShouldBe(2);
        using var next = runtime.Load(model);
        next.Footprint.MappedBytes.ShouldBe(0);
        ShouldBeClose(next.Run(inputs)[1], session.Run(inputs)[1]);
        (await _fixture.Write(store, model)).Footprint.MappedBytes.ShouldBePositive();
    }

    [Fact]
    public async Task Loads_go_on_while_entries_come_and_go()
    {
        var (store, model, _) = await Written("fashion");
        var runtime = new OnnxModelRuntime(store: store);
        using var start = new Barrier(4);
        var done = 0;
        var loaders = Enumerable.Range(0, 3).Select(_ => Task.Factory.StartNew(
            () =>
            {
                start.SignalAndWait();
                for (var i = 0; i < 15; i++)
                {
                    using var session = runtime.Load(model);
                    session.Run(TestModels.InputsFor(session.Signature)).Count.ShouldBe(2);
                }

                Interlocked.Increment(ref done);
            },
            CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default)).ToArray();

        start.SignalAndWait();
        while (Volatile.Read(ref done) < 3)
        {
            if (store.Find(model) is { } entry) Damage(Path.Combine(entry.Folder, GraphEntry.WeightsName), "delete");
            else await _fixture.Write(store, model);
        }

        await Task.WhenAll(loaders);
    }

    [Fact]
    public async Task A_cancelled_load_removes_nothing()
    {
        var (store, model, _) = await Written("fashion");
        using var cancelled = new CancellationTokenSource();
        await cancelled.CancelAsync();

        Should.Throw<OperationCanceledException>(() => new OnnxModelRuntime(store: store).Load(model, cancelled.Token));

        store.Find(model).ShouldNotBeNull();
    }

    [Fact]
    public void A_model_that_keeps_weights_under_a_name_nobody_would_look_for_is_not_optimised()
    {
        var folder = _fixture.Temp.Folder("made");

        var refusal = GraphWriter.Write(TestModels.Small("external_data_missing").Path, folder, CancellationToken.None);

        refusal.ShouldNotBeNull().ShouldContain("keeps weights in");
    }

    [SkippableFact]
    public void A_load_thread_gives_way_and_the_thread_that_asked_does_not()
    {
        Skip.IfNot(OperatingSystem.IsLinux());
        var (own, before) = (0, NiceValue.Current());
        var thread = new Thread(() =>
        {
            new OnnxModelRuntime().PrepareLoadThread();
            own = NiceValue.Current();
        });

        thread.Start();
        thread.Join();

        own.ShouldBe(Math.Max(before, NiceValue.OfLoads));
        NiceValue.Current().ShouldBe(before);
    }

    private async Task<(GraphStore Store, ModelFile Model, GraphEntry Entry)> Written(string sample)
    {
        var store = _fixture.Open();
        var model = _fixture.Copy(TestModels.Sample(sample), sample);
        return (store, model, await _fixture.Write(store, model));
    }

    private static void Damage(string path, string how)
    {
        switch (how)
        {
            case "flip":
                var bytes = File.ReadAllBytes(path);
                bytes[bytes.Length / 2] ^= 0x10;
                // Not in place: what is mapped stays as it is.
                File.Delete(path);
                File.WriteAllBytes(path, bytes);
                break;
            case "truncate":
                var half = File.ReadAllBytes(path)[..(int)(new FileInfo(path).Length / 2)];
                File.Delete(path);
                File.WriteAllBytes(path, half);
                break;
            case "empty":
                File.Delete(path);
                File.WriteAllBytes(path, []);
                break;
            case "unreadable":
                File.Delete(path);
                Directory.CreateDirectory(path);
                break;
            default:
                File.Delete(path);
                break;
        }
    }

    private static void ShouldBeSame(ModelSignature actual, ModelSignature expected)
    {
        actual.Inputs.ShouldBe(expected.Inputs);
        actual.Outputs.ShouldBe(expected.Outputs);
        actual.Description.ShouldBe(expected.Description);
        actual.Metadata.OrderBy(pair => pair.Key).ShouldBe(expected.Metadata.OrderBy(pair => pair.Key));
    }

    private static void ShouldBeClose(NamedTensor actual, NamedTensor expected)
    {
        actual.Name.ShouldBe(expected.Name);
        actual.Value.Shape.ShouldBe(expected.Value.Shape);
        actual.ColumnLabels.ShouldBe(expected.ColumnLabels);
        if (actual.Value.Type != ElementType.Float32)
        {
            actual.Value.ToString().ShouldBe(expected.Value.ToString());
            if (actual.Value.Type != ElementType.String) actual.Value.Bytes.ToArray().ShouldBe(expected.Value.Bytes.ToArray());
            return;
        }

        var (left, right) = (actual.Value.Values<float>().ToArray(), expected.Value.Values<float>().ToArray());
        for (var i = 0; i < left.Length; i++) left[i].ShouldBe(right[i], 1e-5);
    }
}
