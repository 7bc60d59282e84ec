using System.Runtime.InteropServices;
using Bullpen.Core.Runtimes;
using Bullpen.Onnx.Native;

namespace Bullpen.Onnx.Tests.Onnx;

[Collection(NativeMemoryCollection.Name)]
public sealed class NativeMemoryTests
{
    private const long MiB = 1024 * 1024;

    private readonly OnnxModelRuntime _runtime = new();

    public NativeMemoryTests() => Skip.IfNot(Glibc.CanCountBytes, "glibc 2.33 or later counts bytes");

    public static TheoryData<string> Samples => [.. TestModels.Samples];

    [SkippableFact]
    public void Thirty_loads_and_unloads_leave_nothing()
    {
        LoadAndRun(TestModels.Sample("image"));
        var before = Glibc.AllocatedBytes();

        for (var i = 0; i < 30; i++) LoadAndRun(TestModels.Sample("image"));

        (Glibc.AllocatedBytes() - before).ShouldBeLessThan(2 * MiB);
    }

    [SkippableFact]
    public void A_failed_load_leaves_nothing()
    {
        Should.Throw<Exception>(() => _runtime.Load(TestModels.Small("sequence_output")));
        var before = Glibc.AllocatedBytes();

        for (var i = 0; i < 30; i++) Should.Throw<Exception>(() => _runtime.Load(TestModels.Small("sequence_output")));

        (Glibc.AllocatedBytes() - before).ShouldBeLessThan(MiB);
    }

    [SkippableTheory]
    [MemberData(nameof(Samples))]
    public void A_sample_is_measured_and_was_estimated_larger(string name)
    {
        using var warmUp = _runtime.Load(TestModels.Small("identity_scalar"));
        var file = TestModels.Sample(name);

        using var session = _runtime.Load(file);

        session.Footprint.IsMeasured.ShouldBeTrue();
        session.Footprint.Bytes.ShouldBeInRange(64 * 1024, _runtime.EstimateBytes(file));
    }

    [SkippableFact]
    public void Two_measurements_of_a_model_agree_within_a_tenth()
    {
        _runtime.Load(TestModels.Sample("image")).Dispose();

        var sizes = Enumerable.Range(0, 5).Select(_ =>
        {
            using var session = _runtime.Load(TestModels.Sample("image"));
            return session.Footprint.Bytes;
        }).ToArray();

        sizes.Max().ShouldBeLessThan(sizes.Min() * 11 / 10);
    }

    [SkippableFact]
    public void The_garbage_collected_heap_is_no_part_of_a_measurement()
    {
        var meter = new MemoryMeter();
        using var measurement = meter.Begin();

        var garbage = Enumerable.Range(0, 64).Select(_ => new byte[MiB]).ToArray();

        var footprint = measurement.FootprintOr(17);
        GC.KeepAlive(garbage);
        footprint.ShouldBe(new ModelFootprint(17, IsMeasured: false)); // nothing grew, so nothing was measured
    }

    [SkippableFact]
    public void A_growth_is_measured()
    {
        var meter = new MemoryMeter();
        using var measurement = meter.Begin();
        var block = Marshal.AllocHGlobal((nint)(10 * MiB));

        var footprint = measurement.FootprintOr(17);
        Marshal.FreeHGlobal(block);

        footprint.IsMeasured.ShouldBeTrue();
        footprint.Bytes.ShouldBeInRange(10 * MiB, 11 * MiB);
    }

    [SkippableFact]
    public void A_load_that_began_during_a_measurement_spoils_it()
    {
        var meter = new MemoryMeter();
        using var first = meter.Begin();
        meter.Begin().Dispose();

        first.FootprintOr(17).ShouldBe(new ModelFootprint(17, IsMeasured: false));
    }

    [SkippableFact]
    public void A_load_that_was_under_way_at_its_beginning_spoils_a_measurement()
    {
        var meter = new MemoryMeter();
        var first = meter.Begin();
        using var second = meter.Begin();
        first.Dispose();
        var block = Marshal.AllocHGlobal((nint)(10 * MiB));

        var footprint = second.FootprintOr(17);
        Marshal.FreeHGlobal(block);

        footprint.ShouldBe(new ModelFootprint(17, IsMeasured: false));
    }

    private void LoadAndRun(ModelFile file)
    {
        using var session = _runtime.Load(file);
        session.Run(TestModels.InputsFor(session.Signature));
    }
}
