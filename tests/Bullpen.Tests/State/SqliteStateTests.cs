using System.Globalization;
using Bullpen.Core.State;
using Bullpen.State;
using Bullpen.TestKit;
using Microsoft.Data.Sqlite;

namespace Bullpen.Tests.State;

/// <summary>The state over a folder: what comes back, and what happens where a disk does not do what it should.</summary>
public sealed class SqliteStateTests : IDisposable
{
    private static readonly DateTimeOffset Noon = new(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);

    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly TempFolder _folder = new();
    private readonly LogLines<SqliteState> _log = new();

    private string Folder => _folder.At("state");

    private string Database => _folder.At("state/catalog.db");

    public void Dispose() => _folder.Dispose();

    [Fact]
    public async Task Registrations_come_back_in_the_order_they_were_made_and_forgotten_ones_do_not()
    {
        await using (var state = Open())
        {
            state.Registrations.ShouldBeEmpty();
            (await state.KeepAsync(new Registration("zebra", "a folder/ü", Noon))).ShouldBeTrue();
            (await state.KeepAsync(new Registration("ant", "/opt/ml/models/ant", Noon.AddMinutes(1)))).ShouldBeTrue();
            (await state.KeepAsync(new Registration("gone", "gone", Noon.AddMinutes(2)))).ShouldBeTrue();
            (await state.ForgetAsync("gone")).ShouldBeTrue();
            (await state.ForgetAsync("never there")).ShouldBeTrue();
        }

        await using var next = Open();
        next.Registrations.ShouldBe(
            [new Registration("zebra", "a folder/ü", Noon), new Registration("ant", "/opt/ml/models/ant", Noon.AddMinutes(1))]);
        _log.All.ShouldBeEmpty();
    }

    [Fact]
    public async Task A_registration_is_on_disk_when_it_is_answered()
    {
        await using var state = Open();
        await state.KeepAsync(new Registration("a", "url", Noon));

        Names().ShouldBe(["a"]);
        await state.ForgetAsync("a");
        Names().ShouldBeEmpty();
    }

    [Fact]
    public async Task The_largest_of_the_last_loads_comes_back_and_the_last_load_time()
    {
        StampedFile[] model = [StampedFile.Of(_folder.Write("model.onnx", "content"))];
        // The clock stands still: loads may be as close together as it can tell.
        await using (var state = SqliteState.Open(Folder, new StateOptions(), new ManualTimeProvider(), _log))
        {
            state.Find(model).ShouldBeNull();
            foreach (var bytes in new[] { 900, 100, 300, 200, 250, 220 })
                state.Loaded(model, bytes, 0, TimeSpan.FromMilliseconds(bytes));
        }

        await using (var state = Open())
        {
            state.Find(model).ShouldBe(new ContentMeasure(300, TimeSpan.FromMilliseconds(220)), "five are kept");
            state.Loaded(model, 400, 0, TimeSpan.FromMilliseconds(1));
        }

        await using var next = Open();
        next.Find(model).ShouldBe(new ContentMeasure(400, TimeSpan.FromMilliseconds(1)));
    }

    [Fact]
    public async Task Loads_of_another_form_than_the_last_one_say_nothing_of_the_next()
    {
        StampedFile[] model = [StampedFile.Of(_folder.Write("model.onnx", "content"))];
        await using (var state = Open())
        {
            state.Loaded(model, 900, 0, TimeSpan.FromSeconds(2));
            state.Loaded(model, 12, 950, TimeSpan.FromSeconds(1));
            state.Loaded(model, 10, 960, TimeSpan.FromSeconds(1));
        }

        await using (var state = Open())
        {
            state.Find(model).ShouldBe(new ContentMeasure(12, TimeSpan.FromSeconds(1), 960));
            state.Loaded(model, 800, 0, TimeSpan.FromSeconds(3));
        }

        await using var next = Open();
        next.Find(model).ShouldBe(new ContentMeasure(800, TimeSpan.FromSeconds(3)));
    }

    [Fact]
    public async Task A_database_of_version_1_keeps_its_registrations_and_measures()
    {
        var model = StampedFile.Of(_folder.Write("model.onnx", "content"));
        Directory.CreateDirectory(Folder);
        Execute($"""
            CREATE TABLE registrations (name TEXT PRIMARY KEY, url TEXT NOT NULL, registered_at INTEGER NOT NULL) STRICT, WITHOUT ROWID;
            CREATE TABLE uses (name TEXT PRIMARY KEY, used_at INTEGER NOT NULL) STRICT, WITHOUT ROWID;
            CREATE TABLE files (path TEXT PRIMARY KEY, length INTEGER NOT NULL, written INTEGER NOT NULL, sha256 TEXT NOT NULL) STRICT;
            CREATE TABLE loads (content TEXT NOT NULL, position INTEGER NOT NULL, loaded_at INTEGER NOT NULL, bytes INTEGER NOT NULL,
                duration INTEGER NOT NULL, PRIMARY KEY (content, position)) STRICT, WITHOUT ROWID;
            PRAGMA user_version = 1;
            INSERT INTO registrations VALUES ('a', 'url', {Noon.UtcTicks});
            INSERT INTO uses VALUES ('a', {Noon.UtcTicks});
            INSERT INTO files VALUES ('{model.Path}', {model.Length}, {model.WrittenTicks}, 'abcd');
            INSERT INTO loads VALUES ('abcd', 0, {Noon.UtcTicks}, 500, {TimeSpan.FromSeconds(1).Ticks});
            """);

        for (var i = 0; i < 2; i++)
        {
            await using var state = Open();
            state.Registrations.ShouldBe([new Registration("a", "url", Noon)]);
            state.LastUse("a").ShouldBe(Noon);
            state.Find([model]).ShouldBe(new ContentMeasure(500, TimeSpan.FromSeconds(1)));
            state.HashOf([model]).ShouldBeNull("version 1 did not say when the file last changed");
        }

        _log.All.ShouldBeEmpty();
    }

    [SkippableFact]
    public async Task A_content_of_the_same_length_and_date_is_another_one_where_the_system_says_when_it_changed()
    {
        Skip.IfNot(OperatingSystem.IsLinux());
        var path = _folder.Write("model.onnx", "content");
        var first = StampedFile.Of(path);
        await using var state = Open();
        var hash = await state.HashAsync([first], CancellationToken.None);
        state.HashOf([first]).ShouldBe(hash);
        _folder.Write("model.onnx", "CONTENT");
        File.SetLastWriteTimeUtc(path, new DateTime(first.WrittenTicks, DateTimeKind.Utc));

        var second = StampedFile.Of(path);

        (second.Length, second.WrittenTicks).ShouldBe((first.Length, first.WrittenTicks));
        state.HashOf([second]).ShouldBeNull();
        (await state.HashAsync([second], CancellationToken.None)).ShouldNotBe(hash);
    }

    [Fact]
    public async Task A_size_belongs_to_the_content_not_to_the_path()
    {
        var path = _folder.Write("model.onnx", "content");
        var copy = _folder.Write("copy.onnx", "content");
        await using (var state = Open())
        {
            state.Loaded([StampedFile.Of(path)], 500, 0, TimeSpan.FromSeconds(1));
            state.Loaded([StampedFile.Of(copy)], 400, 0, TimeSpan.FromSeconds(1));
        }

        await using (var state = Open()) state.Find([StampedFile.Of(copy)])!.Value.Bytes.ShouldBe(500);
        _folder.Write("model.onnx", "another content");

        await using var next = Open();
        next.Find([StampedFile.Of(path)]).ShouldBeNull();
        next.Find([StampedFile.Of(copy)])!.Value.Bytes.ShouldBe(500);
    }

    [Fact]
    public async Task A_content_is_all_of_its_files()
    {
        var (main, weights) = (_folder.Write("model.onnx", "graph"), _folder.Write("model.onnx.data", "weights"));
        await using (var state = Open()) state.Loaded([StampedFile.Of(main), StampedFile.Of(weights)], 500, 0, TimeSpan.FromSeconds(1));

        await using var next = Open();
        next.Find([StampedFile.Of(main), StampedFile.Of(weights)])!.Value.Bytes.ShouldBe(500);
        next.Find([StampedFile.Of(main)]).ShouldBeNull();
        _folder.Write("model.onnx.data", "more weights");
        next.Find([StampedFile.Of(main), StampedFile.Of(weights)]).ShouldBeNull();
    }

    [Fact]
    public async Task A_file_that_was_replaced_since_it_was_loaded_gives_its_size_to_nothing()
    {
        var path = _folder.Write("model.onnx", "content");
        var loaded = StampedFile.Of(path);
        _folder.Write("model.onnx", "another content");
        await using (var state = Open()) state.Loaded([loaded], 500, 0, TimeSpan.FromSeconds(1));

        await using var next = Open();
        next.Find([StampedFile.Of(path)]).ShouldBeNull();
        next.Find([loaded]).ShouldBeNull();
    }

    [Fact]
    public async Task Last_uses_come_back_and_go_with_their_model()
    {
        await using (var state = Open())
        {
            state.Used("a", Noon);
            state.Used("a", Noon.AddHours(1));
            state.Used("b", Noon);
            state.Forget("b");
        }

        await using var next = Open();
        next.LastUse("a").ShouldBe(Noon.AddHours(1));
        next.LastUse("b").ShouldBeNull();
    }

    [Theory]
    [InlineData("garbage")]
    [InlineData("truncated")]
    [InlineData("overwritten")]
    [InlineData("newer version")]
    [InlineData("another program's")]
    public async Task A_damaged_database_is_moved_aside_with_one_line_and_begun_anew(string damage)
    {
        await using (var state = Open())
            for (var i = 0; i < 200; i++) _ = state.KeepAsync(new Registration($"model-{i}", new string('u', 200), Noon));
        Damage(damage);

        await using (var state = Open())
        {
            state.Registrations.ShouldBeEmpty();
            (await state.KeepAsync(new Registration("a", "url", Noon))).ShouldBeTrue();
        }

        _log.All.Single().ShouldContain("is damaged and begins anew; the old one is now catalog.db.damaged-");
        Directory.GetFiles(Folder, "catalog.db.damaged-*").Length.ShouldBe(1);
        await using var next = Open();
        next.Registrations.Single().Name.ShouldBe("a");
        _log.All.Count.ShouldBe(1);
    }

    [Fact]
    public async Task The_second_server_on_a_folder_says_so_keeps_nothing_and_harms_nothing()
    {
        await using (var first = Open())
        {
            await using (var second = Open())
            {
                _log.All.Single().ShouldContain($"Another server uses the state folder {Folder}");
                (await second.KeepAsync(new Registration("theirs", "url", Noon))).ShouldBeFalse();
            }

            (await first.KeepAsync(new Registration("ours", "url", Noon))).ShouldBeTrue();
        }

        await using var next = Open();
        next.Registrations.Single().Name.ShouldBe("ours");
        _log.All.Count.ShouldBe(1);
    }

    [SkippableTheory]
    [InlineData("/proc/bullpen")]
    [InlineData(null)]
    public async Task A_folder_that_cannot_be_written_is_named_once_and_done_without(string? folder)
    {
        Skip.IfNot(folder is null || OperatingSystem.IsLinux(), "Only Linux has a folder that even root cannot write.");
        folder ??= Path.Combine(_folder.Write("a-file", "x"), "state");

        await using var state = SqliteState.Open(folder, new StateOptions(), TimeProvider.System, _log);

        _log.All.Single().ShouldContain($"The state folder {folder} cannot be used");
        (await state.KeepAsync(new Registration("a", "url", Noon))).ShouldBeFalse();
    }

    [Fact]
    public async Task A_full_disk_is_reported_once_and_what_it_refused_is_written_when_it_can_be()
    {
        var refused = new List<string>();
        await using (var state = Open(new StateOptions { MaxBytes = 64 * 1024 }))
        {
            for (var i = 0; i < 100; i++)
                if (!await state.KeepAsync(Large(i))) refused.Add(Large(i).Name);

            refused.ShouldNotBeEmpty();
            _log.All.Single().ShouldContain("cannot be written");
            for (var i = 0; i < 97; i++) _ = state.ForgetAsync(Large(i).Name);
        }

        _log.All.Count.ShouldBe(2);
        _log.All.Last().ShouldContain("is written again");
        await using var next = Open();
        next.Registrations.Select(registration => registration.Name).Order().ShouldBe(Enumerable.Range(97, 3).Select(i => Large(i).Name));

        static Registration Large(int i) => new($"model-{i}", new string('u', 2000), Noon);
    }

    [Fact]
    public async Task A_load_that_cannot_be_hashed_for_a_reason_nobody_foresaw_is_logged_and_costs_nothing_else()
    {
        StampedFile[] model = [StampedFile.Of(_folder.Write("model.onnx", "content"))];
        await using (var state = Open())
        {
            state.Used("a", Noon);
            state.Loaded([new StampedFile("no\0path", 1, 1)], 100, 0, TimeSpan.FromSeconds(1));
            state.Loaded(model, 500, 0, TimeSpan.FromSeconds(1));
        }

        _log.All.Single().ShouldContain("failed unexpectedly");
        await using var next = Open();
        next.LastUse("a").ShouldBe(Noon);
        next.Find(model)!.Value.Bytes.ShouldBe(500);
    }

    [SkippableFact]
    public async Task At_the_end_what_is_known_is_written_at_once_and_a_content_gets_a_second_to_be_hashed()
    {
        Skip.If(OperatingSystem.IsWindows(), "Its files take the room that they claim.");
        var clock = new HeldClock();
        var path = _folder.Write("model.onnx", "");
        using (var endless = File.OpenWrite(path)) endless.SetLength(1L << 38);
        var state = SqliteState.Open(Folder, new StateOptions { GatherFor = TimeSpan.FromHours(1) }, clock, _log);
        state.Used("a", Noon);
        state.Loaded([StampedFile.Of(path)], 500, 0, TimeSpan.FromSeconds(1));

        using var writing = clock.HoldRead();
        var ending = state.DisposeAsync().AsTask();
        await writing.Reached.WaitAsync(Patience);
        await clock.SomebodyWaits(TimeSpan.FromSeconds(1)).WaitAsync(Patience);
        ending.IsCompleted.ShouldBeFalse();
        writing.Release();
        clock.Advance(TimeSpan.FromSeconds(1));
        await ending.WaitAsync(Patience);

        await using var next = Open();
        next.LastUse("a").ShouldBe(Noon);
        _log.All.ShouldBeEmpty();
    }

    [Fact]
    public async Task Of_what_models_leave_behind_only_the_newest_stays_in_memory_and_twice_that_in_the_database()
    {
        await using (var state = Open(new StateOptions { MostLeftBehind = 10 }))
        {
            for (var i = 0; i < 60; i++)
            {
                state.Used($"model-{i}", Noon.AddMinutes(i));
                await state.KeepAsync(new Registration("a", "url", Noon));
            }

            Enumerable.Range(0, 60).Count(i => state.LastUse($"model-{i}") is not null).ShouldBe(10);
            state.LastUse("model-59").ShouldBe(Noon.AddMinutes(59));
        }

        // One more of each ten: the one that falls due, and the one that the newest are counted from.
        Convert.ToInt32(Execute("SELECT count(*) FROM uses"), CultureInfo.InvariantCulture).ShouldBeInRange(10, 22);
    }

    private IStateStore Open(StateOptions? options = null) => SqliteState.Open(Folder, options ?? new StateOptions(), TimeProvider.System, _log);

    private void Damage(string how)
    {
        var bytes = File.ReadAllBytes(Database);
        switch (how)
        {
            case "garbage":
                File.WriteAllText(Database, "This is no database.");
                break;
            case "truncated":
                File.WriteAllBytes(Database, bytes[..(bytes.Length / 2)]);
                break;
            case "overwritten":
                Array.Fill(bytes, (byte)0xAA, 4096, bytes.Length - 4096);
                File.WriteAllBytes(Database, bytes);
                break;
            case "newer version":
                Execute("PRAGMA user_version = 3");
                break;
            default:
                File.Delete(Database);
                Execute("CREATE TABLE registrations (something)");
                break;
        }
    }

    private object? Execute(string sql)
    {
        using var connection = new SqliteConnection($"Data Source={Database};Pooling=False");
        connection.Open();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return command.ExecuteScalar();
    }

    /// <summary>What a server would find if this one died now.</summary>
    private IReadOnlyList<string> Names() => StateSnapshot.Take(Folder).Names;
}
