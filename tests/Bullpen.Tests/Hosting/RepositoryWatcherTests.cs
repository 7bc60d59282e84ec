using Bullpen.Core.Administration;
using Bullpen.Core.Repository;
using Bullpen.Hosting;
using Bullpen.Options;
using Bullpen.TestKit;
using Bullpen.Tests.State;
using Microsoft.Extensions.Logging.Abstractions;

namespace Bullpen.Tests.Hosting;

/// <summary>When the repository is looked at, and what is said of looks that fail.</summary>
public sealed class RepositoryWatcherTests : IAsyncLifetime
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private readonly TempFolder _folder = new();
    private readonly HeldClock _clock = new();
    private readonly LogLines<RepositoryWatcher> _log = new();
    private readonly ManagerHarness _harness = new();
    private readonly RepositoryWatcher _watcher;

    public RepositoryWatcherTests()
    {
        Directory.CreateDirectory(_folder.At("models"));
        var index = new RepositoryIndex(_folder.At("models"));
        index.Look();
        var watch = new RepositoryWatch(index, new ModelCatalog(), _harness.Manager, _harness.Cache, NullLogger<RepositoryWatch>.Instance);
        var options = new ServeOptions
        {
            Repository = _folder.At("models"),
            ModelStore = _folder.At("models"),
            Data = _folder.Path,
            Urls = "http://127.0.0.1:0",
            Memory = 1,
            Watch = Interval,
        };
        _watcher = new RepositoryWatcher(watch, options, _clock, _log);
    }

    public Task InitializeAsync() => _watcher.StartAsync(CancellationToken.None);

    public async Task DisposeAsync()
    {
        await _watcher.StopAsync(CancellationToken.None);
        _watcher.Dispose();
        await _harness.DisposeAsync();
        _folder.Dispose();
    }

    [Fact]
    public async Task A_repository_that_cannot_be_read_is_said()
    {
        using var look = await ALookAsync();
        Directory.Delete(_folder.At("models"));
        using var end = _clock.HoldRead();
        look.Release();
        await end.Reached.WaitAsync(Patience);

        _log.All.Single().ShouldContain("Changes in the repository go unnoticed");
        end.Release();
    }

    [Fact]
    public async Task A_look_that_outlives_the_server_says_nothing()
    {
        using var look = await ALookAsync();
        Directory.Delete(_folder.At("models"));
        var stopping = _watcher.StopAsync(CancellationToken.None);
        look.Release();
        await stopping.WaitAsync(Patience);

        _log.All.ShouldBeEmpty();
        _watcher.ExecuteTask!.IsCompletedSuccessfully.ShouldBeTrue();
    }

    /// <summary>Held right before it begins.</summary>
    private async Task<HeldClock.Hold> ALookAsync()
    {
        await _clock.SomebodyWaits(Interval).WaitAsync(Patience);
        var look = _clock.HoldRead();
        // Not here: the timer's continuation runs, and is held, on the thread that fires it.
        _ = Task.Run(() => _clock.Advance(Interval));
        await look.Reached.WaitAsync(Patience);
        return look;
    }
}
