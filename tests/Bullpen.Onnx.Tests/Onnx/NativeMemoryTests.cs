using System.Runtime.InteropServices;
using Bullpen.Core.Runtimes;
using Bullpen.Onnx.Native;

namespace Bullpen.Onnx.Tests.Onnx;

/// <summary>The bounds leave room for what the .NET runtime itself allocates meanwhile: a few MiB while it compiles.</summary>
[Collection(NativeMemoryCollection.Name)]
public sealed class NativeMemoryTests
{
    private const long MiB = 1024 * 1024;

    private readonly OnnxModelRuntime _runtime = new();

    public NativeMemoryTests() => Skip.IfNot(Glibc.CanCountBytes, "glibc 2.33 or later counts bytes");

    public static TheoryData<string> Samples => [.. TestModels.Samples];

    [SkippableFact]
    public void Thirty_loads_and_unloads_leave_less_than_one_model()
    {
        var oneModel = LoadAndRun(TestModels.Sample("image"));
        var before = Glibc.AllocatedBytes();

        for (var i = 0; i < 30; i++) LoadAndRun(TestModels.Sample("image"));

        (Glibc.AllocatedBytes() - before).ShouldBeLessThan(oneModel);
    }

    [SkippableFact]
    public void Failed_loads_leave_nothing()
    {
        Should.Throw<Exception>(() => _runtime.Load(TestModels.Small("sequence_output")));
        var before = Glibc.AllocatedBytes();

        for (var i = 0; i < 300; i++) Should.Throw<Exception>(() => _runtime.Load(TestModels.Small("sequence_output")));

        (Glibc.AllocatedBytes() - before).ShouldBeLessThan(16 * MiB); // a session of that model takes about 64 KiB
    }

    [SkippableTheory]
    [MemberData(nameof(Samples))]
    public void A_sample_is_measured_and_was_estimated_larger(string name)
    {
        using var warmUp = _runtime.Load(TestModels.Small("identity_scalar"));
        var file = TestModels.Sample(name);

        using var session = _runtime.Load(file);

        session.Footprint.IsMeasured.ShouldBeTrue();
        session.Footprint.Bytes.ShouldBeInRange(new FileInfo(file.Path).Length, _runtime.EstimateBytes(file));
    }

    [SkippableFact]
    public void Measurements_of_a_model_agree_within_a_tenth()
    {
        _runtime.Load(TestModels.Sample("image")).Dispose();

        var sizes = Enumerable.Range(0, 9).Select(_ =>
        {
            using var session = _runtime.Load(TestModels.Sample("image"));
            return session.Footprint.Bytes;
        }).Order().ToArray();

        sizes[6].ShouldBeLessThan(sizes[2] * 11 / 10); // the outer two of each side may have met the runtime's own work
    }

    [SkippableFact]
    public void The_garbage_collected_heap_is_no_part_of_a_measurement()
    {
        var meter = new MemoryMeter();
        using var measurement = meter.Begin();

        var garbage = Enumerable.Range(0, 64).Select(_ => new byte[MiB]).ToArray();

        var footprint = measurement.FootprintOr(17);
        GC.KeepAlive(garbage);
        footprint.Bytes.ShouldBeLessThan(32 * MiB);
    }

    [SkippableFact]
    public void A_growth_is_measured()
    {
        var meter = new MemoryMeter();
        using var measurement = meter.Begin();
        var block = Marshal.AllocHGlobal((nint)(100 * MiB));

        var footprint = measurement.FootprintOr(17);
        Marshal.FreeHGlobal(block);

        footprint.IsMeasured.ShouldBeTrue();
        footprint.Bytes.ShouldBeInRange(100 * MiB, 120 * MiB);
    }

    [SkippableFact]
    public void A_growth_below_the_models_file_is_none()
    {
        var meter = new MemoryMeter();
        using var measurement = meter.Begin();
        var block = Marshal.AllocHGlobal((nint)(100 * MiB));

        var footprint = measurement.FootprintOr(17, least: 500 * MiB);
        Marshal.FreeHGlobal(block);

        footprint.ShouldBe(new ModelFootprint(17, 0, IsMeasured: false));
    }

    [SkippableFact]
    public void A_load_that_began_during_a_measurement_spoils_it()
    {
        var meter = new MemoryMeter();
        using var first = meter.Begin();
        meter.Begin().Dispose();

        first.FootprintOr(17).ShouldBe(new ModelFootprint(17, 0, IsMeasured: false));
    }

    [SkippableFact]
    public void A_load_that_was_under_way_at_its_beginning_spoils_a_measurement()
    {
        var meter = new MemoryMeter();
        var first = meter.Begin();
        using var second = meter.Begin();
        first.Dispose();
        var block = Marshal.AllocHGlobal((nint)(100 * MiB));

        var footprint = second.FootprintOr(17);
        Marshal.FreeHGlobal(block);

        footprint.ShouldBe(new ModelFootprint(17, 0, IsMeasured: false));
    }

    [SkippableFact]
    public void An_unload_gives_back_what_the_load_took()
    {
        _runtime.Load(TestModels.Sample("image")).Dispose();
        var session = _runtime.Load(TestModels.Sample("image"));
        var charged = session.Footprint.Bytes;

        var reclaimed = session.Unload();

        reclaimed.ShouldNotBeNull().ShouldBeInRange(charged * 8 / 10, charged * 12 / 10);
        session.Unload().ShouldBeNull("it is gone");
    }

    [SkippableFact]
    public void What_a_warm_up_leaves_in_a_session_is_added_to_its_footprint()
    {
        LoadAndRun(TestModels.Sample("image"));
        using var session = _runtime.Load(TestModels.Sample("image"));
        var loaded = session.Footprint.Bytes;

        session.WarmUp(() => session.Run(TestModels.InputsFor(session.Signature)));

        session.Footprint.IsMeasured.ShouldBeTrue();
        session.Footprint.Bytes.ShouldBeGreaterThan(loaded + (4 * MiB));
    }

    [SkippableFact]
    public void A_return_that_something_else_overlapped_or_outweighed_is_unknown()
    {
        var meter = new MemoryMeter();
        var overlapped = meter.Begin();
        meter.Begin().Dispose();
        overlapped.ReturnedOrNull().ShouldBeNull();
        overlapped.Dispose();

        using var outweighed = meter.Begin();
        var block = Marshal.AllocHGlobal((nint)(100 * MiB));
        outweighed.ReturnedOrNull().ShouldBeNull();
        Marshal.FreeHGlobal(block);
    }

    private long LoadAndRun(ModelFile file)
    {
        using var session = _runtime.Load(file);
        session.Run(TestModels.InputsFor(session.Signature));
        return session.Footprint.Bytes;
    }
}
