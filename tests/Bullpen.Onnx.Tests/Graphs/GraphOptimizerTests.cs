using Bullpen.Core.Runtimes;
using Bullpen.Onnx.Graphs;
using Bullpen.Onnx.Tests.Onnx;

namespace Bullpen.Onnx.Tests.Graphs;

/// <summary>Entries written by a process of their own, and what happens where that goes wrong.</summary>
public sealed class GraphOptimizerTests : IDisposable
{
    private static readonly OptimizerCommand Probe = new(
        Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet", [Path.Combine(AppContext.BaseDirectory, "Bullpen.Onnx.Probe.dll"), "optimize"]);

    private readonly StoreFixture _fixture = new();
    private readonly StoreFixture.CollectedLog<GraphOptimizer> _log = new();

    public void Dispose() => _fixture.Dispose();

    [Fact]
    public async Task A_process_of_its_own_writes_the_entry_that_the_next_load_takes()
    {
        var store = _fixture.Open();
        var model = _fixture.Copy(TestModels.Sample("expression"), "a");
        var optimizer = Optimizer(store, Probe);
        (await optimizer.IsWantedAsync(model, CancellationToken.None)).ShouldBeTrue();
        optimizer.Foresee(model).ShouldBeNull();

        await optimizer.OptimizeAsync(model, CancellationToken.None);

        var foreseen = optimizer.Foresee(model).ShouldNotBeNull();
        (await optimizer.IsWantedAsync(model, CancellationToken.None)).ShouldBeFalse();
        using var session = new OnnxModelRuntime(store: store).Load(model);
        session.Footprint.MappedBytes.ShouldBe(foreseen.MappedBytes);
        _log.Lines.ShouldHaveSingleItem().ShouldStartWith("Information: Optimised a for its next loads");
        Leftovers().ShouldBeEmpty();
    }

    [Theory]
    [InlineData("/bin/false", "exit code 1")]
    [InlineData("/bin/true", "is not complete")]
    [InlineData("/no/such/program", "No such file")]
    public async Task A_program_that_fails_leaves_nothing_and_is_not_run_again_for_that_content(string program, string reason)
    {
        var model = _fixture.Copy(TestModels.Sample("expression"), "a");
        var optimizer = Optimizer(_fixture.Open(), new OptimizerCommand(program, []));

        await optimizer.OptimizeAsync(model, CancellationToken.None);

        _log.Lines.ShouldHaveSingleItem().ShouldContain(reason);
        (await optimizer.IsWantedAsync(model, CancellationToken.None)).ShouldBeFalse();
        Leftovers().ShouldBeEmpty();
        var bytes = File.ReadAllBytes(model.Path);
        bytes[^1] ^= 1;
        File.WriteAllBytes(model.Path, bytes);
        (await optimizer.IsWantedAsync(model, CancellationToken.None)).ShouldBeTrue("it is another content");
    }

    [Fact]
    public async Task What_a_failing_program_says_last_is_the_reason()
    {
        var model = _fixture.Copy(TestModels.Small("type_error"), "broken");
        var optimizer = Optimizer(_fixture.Open(), new OptimizerCommand("/bin/sh", ["-c", "echo first >&2; echo the reason >&2; exit 3"]));

        await optimizer.OptimizeAsync(model, CancellationToken.None);

        _log.Lines.ShouldHaveSingleItem().ShouldEndWith("the reason");
    }

    [Fact]
    public async Task A_program_that_takes_too_long_is_killed()
    {
        var model = _fixture.Copy(TestModels.Sample("expression"), "a");
        var optimizer = Optimizer(_fixture.Open(), new OptimizerCommand("/bin/sh", ["-c", "exec sleep 1000"]) { TimeLimit = TimeSpan.FromMinutes(1) });

        var work = optimizer.OptimizeAsync(model, CancellationToken.None);
        // The limit begins when the program has started, which nothing tells.
        while (!work.IsCompleted)
        {
            _fixture.Time.Advance(TimeSpan.FromMinutes(1));
            await Task.Yield();
        }

        await work;

        _log.Lines.ShouldHaveSingleItem().ShouldContain("longer than 60 s");
        Leftovers().ShouldBeEmpty();
    }

    [Fact]
    public async Task Giving_up_kills_the_program_and_holds_nothing_against_the_model()
    {
        var model = _fixture.Copy(TestModels.Sample("expression"), "a");
        var pid = _fixture.Temp.At("pid");
        var optimizer = Optimizer(_fixture.Open(), new OptimizerCommand("/bin/sh", ["-c", $"echo $$ > {pid}.new && mv {pid}.new {pid} && exec sleep 1000"]));
        using var stopping = new CancellationTokenSource();
        var work = optimizer.OptimizeAsync(model, stopping.Token);
        using (var watcher = new FileSystemWatcher(_fixture.Temp.Path)) while (!File.Exists(pid)) watcher.WaitForChanged(WatcherChangeTypes.All, 50);

        await stopping.CancelAsync();

        await Should.ThrowAsync<OperationCanceledException>(() => work);
        Directory.Exists($"/proc/{File.ReadAllText(pid).Trim()}").ShouldBeFalse();
        (await optimizer.IsWantedAsync(model, CancellationToken.None)).ShouldBeTrue();
        Leftovers().ShouldBeEmpty();
    }

    [Fact]
    public async Task A_model_that_changes_meanwhile_gets_no_entry()
    {
        var store = _fixture.Open();
        var model = _fixture.Copy(TestModels.Sample("expression"), "a");
        var optimizer = Optimizer(store, new OptimizerCommand("/bin/sh", ["-c", $"echo changed >> {model.Path}"]));

        await optimizer.OptimizeAsync(model, CancellationToken.None);

        store.Find(model).ShouldBeNull();
        Leftovers().ShouldBeEmpty();
    }

    [Fact]
    public async Task A_model_without_room_on_the_disk_is_not_wanted_until_some_time_has_passed()
    {
        var model = _fixture.Copy(TestModels.Sample("expression"), "a");
        var optimizer = Optimizer(_fixture.Open(keptFree: 1), Probe);

        (await optimizer.IsWantedAsync(model, CancellationToken.None)).ShouldBeFalse("memory would be reserved, and models evicted, for nothing");

        Directory.GetFileSystemEntries(_fixture.Folder).ShouldBeEmpty();
        _fixture.Log.Lines.Count.ShouldBe(1);
    }

    [SkippableFact]
    public async Task A_disk_that_fills_up_while_an_entry_is_written_is_not_held_against_the_model()
    {
        Skip.IfNot(SmallDisk.IsAvailable, SmallDisk.Reason);
        using var disk = SmallDisk.Mount(_fixture.Temp.Folder("disk"), "8m");
        var model = _fixture.Copy(TestModels.Sample("expression"), "a");
        var store = new GraphStore(
            new GraphStoreOptions { Folder = Path.Combine(disk.Path, "graphs") }, _fixture.Hashes, _fixture.Time, _fixture.Log);
        var filling = new OptimizerCommand("/bin/sh", ["-c", $"cd {disk.Path}/graphs/.making-* && head -c 100000000 /dev/zero > weights.bin"]);

        await Optimizer(store, filling).OptimizeAsync(model, CancellationToken.None);

        _log.Lines.ShouldBeEmpty();
        _fixture.Log.Lines.ShouldHaveSingleItem().ShouldContain("no room");
        var optimizer = Optimizer(store, Probe);
        (await optimizer.IsWantedAsync(model, CancellationToken.None)).ShouldBeFalse();
        _fixture.Time.Advance(TimeSpan.FromMinutes(10));
        (await optimizer.IsWantedAsync(model, CancellationToken.None)).ShouldBeTrue();
        await optimizer.OptimizeAsync(model, CancellationToken.None);
        store.Find(model).ShouldNotBeNull();
    }

    [Fact]
    public async Task Small_models_are_not_tried()
    {
        var optimizer = Optimizer(_fixture.Open(), Probe);

        (await optimizer.IsWantedAsync(_fixture.Copy(TestModels.Sample("iris"), "iris"), CancellationToken.None)).ShouldBeFalse();
    }

    [Fact]
    public async Task A_model_behind_a_link_is_as_good_as_its_file()
    {
        var target = _fixture.Copy(TestModels.Sample("expression"), "a");
        _fixture.Temp.Link("b/model.onnx", target.Path);
        var model = new ModelFile("b", _fixture.Temp.At("b/model.onnx"));
        var optimizer = Optimizer(_fixture.Open(), Probe);

        await optimizer.OptimizeAsync(model, CancellationToken.None);

        optimizer.Foresee(model).ShouldNotBeNull();
        File.AppendAllText(target.Path, "");
        File.WriteAllBytes(target.Path, [.. File.ReadAllBytes(target.Path), 0]);
        optimizer.Foresee(model).ShouldBeNull("the file that the link leads to changed");
    }

    private GraphOptimizer Optimizer(GraphStore store, OptimizerCommand command) => new(store, command, _fixture.Time, _log);

    private IEnumerable<string> Leftovers() => Directory.Exists(_fixture.Folder)
        ? Directory.GetDirectories(_fixture.Folder, ".*").Select(folder => Path.GetFileName(folder))
        : [];
}
