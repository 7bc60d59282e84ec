using System.Text.RegularExpressions;
using Bullpen.Onnx.Graphs;
using Bullpen.Onnx.Tests.Onnx;

namespace Bullpen.Onnx.Tests.Graphs;

/// <summary>What the store keeps, finds, and throws away.</summary>
public sealed class GraphStoreTests : IDisposable
{
    private readonly StoreFixture _fixture = new();

    public void Dispose() => _fixture.Dispose();

    [Fact]
    public async Task An_entry_is_found_again_by_the_content_under_another_name_and_after_a_restart()
    {
        var model = _fixture.Copy(TestModels.Sample("fashion"), "a");
        var copy = _fixture.Copy(TestModels.Sample("fashion"), "b");
        await _fixture.Write(_fixture.Open(), model);

        var next = _fixture.Open();

        next.Find(model).ShouldNotBeNull().Footprint.MappedBytes.ShouldBePositive();
        next.Find(copy).ShouldBeNull("its hash is not known yet");
        await next.KeyAsync(copy, CancellationToken.None);
        next.Find(copy).ShouldNotBeNull();
    }

    [Fact]
    public async Task A_model_whose_file_changed_has_no_entry_also_where_length_and_date_are_the_same()
    {
        var store = _fixture.Open();
        var model = _fixture.Copy(TestModels.Sample("fashion"), "a");
        await _fixture.Write(store, model);
        var written = File.GetLastWriteTimeUtc(model.Path);
        var bytes = File.ReadAllBytes(model.Path);
        bytes[^1000] ^= 1;

        File.WriteAllBytes(model.Path, bytes);
        File.SetLastWriteTimeUtc(model.Path, written);

        if (OperatingSystem.IsLinux()) store.Find(model).ShouldBeNull();
        (await store.KeyAsync(model, CancellationToken.None)).ShouldNotBeNull();
        store.Find(model).ShouldBeNull();
    }

    [Fact]
    public async Task What_a_crash_left_half_made_is_gone_after_a_restart()
    {
        var model = _fixture.Copy(TestModels.Sample("fashion"), "a");
        await _fixture.Write(_fixture.Open(), model);
        _fixture.Temp.Write($"graphs/.making-{Key('1')}/graph.onnx", "half");
        _fixture.Temp.Write($"graphs/{Key('5')}/weights.bin", "without a manifest");
        _fixture.Temp.Write($"graphs/{Key('9')}/entry.json", "{ \"graph\": ");

        _fixture.Open().Find(model).ShouldNotBeNull();

        Directory.GetDirectories(_fixture.Folder).Length.ShouldBe(1);
    }

    [Fact]
    public void What_is_not_the_stores_by_its_name_is_left_and_mentioned_once()
    {
        string[] foreign = ["backup", ".making-of", $"{Key('a')}.old", Key('A'), Key('g'), Key('1')[1..], $".making-{Key('1')}0"];
        foreach (var name in foreign) _fixture.Temp.Write($"graphs/{name}/precious.txt", "somebody's");
        _fixture.Temp.Write("graphs/notes.txt", "somebody's");

        _fixture.Open();

        Directory.GetFileSystemEntries(_fixture.Folder).Length.ShouldBe(foreign.Length + 1);
        _fixture.Log.Lines.ShouldHaveSingleItem().ShouldStartWith("Warning: 7 folders");
    }

    [Fact]
    public async Task A_store_that_was_made_smaller_gives_up_what_was_used_longest_ago_when_it_is_opened()
    {
        var (older, newer) = (_fixture.Copy(TestModels.Sample("expression"), "older"), _fixture.Copy(TestModels.Sample("fashion"), "newer"));
        var store = _fixture.Open();
        store.Use(await _fixture.Write(store, older)).Dispose();
        _fixture.Time.Advance(TimeSpan.FromSeconds(1));
        store.Use(await _fixture.Write(store, newer)).Dispose();

        var smaller = _fixture.Open(maxBytes: store.Bytes - 1, keptFor: TimeSpan.FromHours(1));

        smaller.Find(older).ShouldBeNull();
        smaller.Find(newer).ShouldNotBeNull();
        smaller.Bytes.ShouldBeLessThan(store.Bytes);
        Directory.GetDirectories(_fixture.Folder).Length.ShouldBe(1);
    }

    [Fact]
    public void Another_servers_folder_is_left_alone()
    {
        _fixture.Hashes.IsAvailable = false;
        _fixture.Temp.Write($"graphs/.making-{Key('1')}/graph.onnx", "half");

        _fixture.Open();

        Directory.GetDirectories(_fixture.Folder).Length.ShouldBe(1);
    }

    [Fact]
    public async Task Beyond_its_size_the_store_gives_up_what_was_used_longest_ago()
    {
        var (older, newer) = (_fixture.Copy(TestModels.Sample("expression"), "older"), _fixture.Copy(TestModels.Sample("fashion"), "newer"));
        var store = _fixture.Open();
        store.Use(await _fixture.Write(store, newer)).Dispose();
        store.Use(await _fixture.Write(store, older)).Dispose();
        _fixture.Time.Advance(TimeSpan.FromHours(1));
        store.Use(store.Find(newer)!).Dispose();
        var full = _fixture.Open(maxBytes: store.Bytes);

        full.Begin("another", 1).ShouldNotBeNull();

        full.Find(older).ShouldBeNull();
        full.Find(newer).ShouldNotBeNull();
        Directory.GetDirectories(_fixture.Folder).Length.ShouldBe(2, "the one that is kept, and the one that is begun");
    }

    [Fact]
    public async Task What_was_used_a_short_time_ago_is_not_given_up_for_another()
    {
        var model = _fixture.Copy(TestModels.Sample("fashion"), "a");
        await _fixture.Write(_fixture.Open(), model);
        var store = _fixture.Open(maxBytes: 1_000_000, keptFor: TimeSpan.FromHours(1));
        store.Use(store.Find(model)!).Dispose();

        store.Begin("another", 900_000).ShouldBeNull();

        store.Knows("another").ShouldBeTrue();
        _fixture.Time.Advance(TimeSpan.FromHours(1));
        store.Knows("another").ShouldBeFalse("there may be room now");
        store.Begin("another", 900_000).ShouldNotBeNull();
        store.Find(model).ShouldBeNull();
    }

    [Fact]
    public async Task What_a_session_maps_is_in_use_however_long_ago_it_was_loaded()
    {
        var model = _fixture.Copy(TestModels.Sample("fashion"), "a");
        await _fixture.Write(_fixture.Open(), model);
        var store = _fixture.Open(maxBytes: 1_000_000, keptFor: TimeSpan.FromHours(1));
        var session = new OnnxModelRuntime(store: store).Load(model);
        _fixture.Time.Advance(TimeSpan.FromHours(2));

        store.Begin("another", 900_000).ShouldBeNull();

        store.Find(model).ShouldNotBeNull();
        session.Dispose();
        session.Dispose();
        store.Begin("another", 900_000).ShouldBeNull("it was used until now");
        _fixture.Time.Advance(TimeSpan.FromHours(1));
        store.Begin("another", 900_000).ShouldNotBeNull();
        store.Find(model).ShouldBeNull();
    }

    [Fact]
    public void What_is_larger_than_the_store_removes_nothing_and_is_not_tried_again()
    {
        var store = _fixture.Open(maxBytes: 1000);

        store.Begin("large", 1001).ShouldBeNull();

        store.Knows("large").ShouldBeTrue();
    }

    [Fact]
    public void A_disk_without_room_gets_no_entry_and_is_mentioned_once()
    {
        var store = _fixture.Open(keptFree: 1);

        store.Begin("one", 1).ShouldBeNull();
        store.CanHold("two", 1).ShouldBeFalse();

        _fixture.Log.Lines.ShouldHaveSingleItem().ShouldStartWith("Warning: There is no room for more optimised graphs");
        store.Knows("one").ShouldBeTrue();
        store.Knows("two").ShouldBeTrue();
        _fixture.Time.Advance(TimeSpan.FromMinutes(10));
        store.Knows("one").ShouldBeFalse("the disk may have room by now");
    }

    [Fact]
    public void A_folder_that_cannot_be_made_is_complained_of_once()
    {
        _fixture.Temp.Write("graphs", "a file in the folder's place");
        var store = _fixture.Open();

        store.Begin("one", 1).ShouldBeNull();
        store.Begin("two", 1).ShouldBeNull();

        _fixture.Log.Lines.Count.ShouldBe(1);
        _fixture.Log.Lines[0].ShouldStartWith("Warning: The folder of optimised graphs");
    }

    [Fact]
    public async Task A_store_behind_a_link_counts_what_is_mapped()
    {
        var link = _fixture.Temp.At("link");
        Directory.CreateSymbolicLink(link, _fixture.Temp.Folder("real"));
        var store = new GraphStore(
            new GraphStoreOptions { Folder = Path.Combine(link, "graphs"), DiskKeptFree = 0 }, _fixture.Hashes, _fixture.Time, _fixture.Log);

        var entry = await _fixture.Write(store, _fixture.Copy(TestModels.Sample("expression"), "a"));

        entry.Footprint.MappedBytes.ShouldBeGreaterThan(0);
    }

    [Theory]
    [InlineData("mappedBytes", "915163136")]
    [InlineData("mappedBytes", "0")]
    [InlineData("privateBytes", "1099511627776")]
    public async Task A_manifest_that_claims_what_its_files_cannot_take_is_no_manifest(string key, string value)
    {
        var model = _fixture.Copy(TestModels.Sample("expression"), "a");
        var store = _fixture.Open();
        await _fixture.Write(store, model);
        var manifest = Directory.GetFiles(_fixture.Folder, "entry.json", SearchOption.AllDirectories).ShouldHaveSingleItem();
        File.WriteAllText(manifest, Regex.Replace(File.ReadAllText(manifest), $"\"{key}\": [0-9]+", $"\"{key}\": {value}", RegexOptions.NonBacktracking));

        _fixture.Open().Find(model).ShouldBeNull();
    }

    [Fact]
    public async Task An_entry_that_says_it_is_not_worth_it_is_remembered_and_never_loaded()
    {
        var store = _fixture.Open();
        var model = _fixture.Copy(TestModels.Sample("iris"), "iris");
        var key = (await store.KeyAsync(model, CancellationToken.None))!;
        var folder = store.Begin(key, 1)!;

        GraphWriter.Write(model.Path, folder, CancellationToken.None).ShouldBe("it has no weights that could be mapped");
        store.Publish(key, folder).ShouldBeTrue();

        foreach (var known in new[] { store, _fixture.Open() })
        {
            known.Find(model).ShouldBeNull();
            known.Knows(key).ShouldBeTrue();
        }

        Directory.GetFiles(_fixture.Folder, "*", SearchOption.AllDirectories).Length.ShouldBe(1);
    }

    [Fact]
    public void An_incomplete_folder_is_not_published()
    {
        var store = _fixture.Open();
        var folder = store.Begin("key", 1)!;
        File.WriteAllText(Path.Combine(folder, "graph.onnx"), "graph");

        store.Publish("key", folder).ShouldBeFalse();

        store.Knows("key").ShouldBeFalse();
    }

    private static string Key(char digit) => new(digit, 64);
}
