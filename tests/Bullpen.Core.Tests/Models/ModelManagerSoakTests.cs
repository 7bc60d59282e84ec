using System.Collections.Concurrent;
using Bullpen.Core.Models;
using Bullpen.TestKit;

namespace Bullpen.Core.Tests.Models;

/// <summary>Many threads, few places, every operation at random: what only shows when things happen at the same time.</summary>
public sealed class ModelManagerSoakTests
{
    private const int Threads = 16;
    private const int Models = 12;
    private const int Operations = 400;

    private readonly ManagerHarness _bullpen = new(
        budget: 1000, new ModelCacheOptions { MaxModels = 3 }, new ModelManagerOptions { LoadConcurrency = 2 });

    private readonly ConcurrentBag<ServingErrorKind> _refusals = [];
    private int _runs;
    private int _givenUp;

    [Fact]
    public async Task Threads_that_lease_run_cancel_unload_and_register_at_random_leave_no_trace()
    {
        for (var i = 0; i < Models; i++) _bullpen.Runtime.Model(Name(i)).Estimate = i % 3 == 0 ? 60 : 100;

        await OnThreads(thread => Play(new Random(thread), Serve));
        await _bullpen.DisposeAsync();

        _bullpen.Runtime.Violations.ShouldBeEmpty();
        _runs.ShouldBeGreaterThan(Threads * Operations / 3);
        _givenUp.ShouldBeGreaterThan(0);
        _refusals.ShouldAllBe(kind => kind == ServingErrorKind.ModelNotFound, "a model is removed between the look-up and the lease");
        _bullpen.Runtime.BytesAlive.ShouldBe(0);
        _bullpen.Ledger.ShouldBe(new MemoryLedger(1000, 0, 0, 0));
        _bullpen.Cache.Residents().ShouldBeEmpty();
    }

    [Fact]
    public async Task The_same_threads_are_caught_where_they_run_models_after_returning_them()
    {
        await OnThreads(thread =>
        {
            LoadedModel? returned = null;
            Play(new Random(thread), lease =>
            {
                returned?.Session.Run([], ["serial"], CancellationToken.None);
                returned = lease.Model;
            });
        });
        await _bullpen.DisposeAsync();

        _bullpen.Runtime.Violations.ShouldNotBeEmpty();
    }

    private static string Name(int index) => $"m{index}";

    /// <summary>Threads of their own, since they block; the pool is left to the manager.</summary>
    private static async Task OnThreads(Action<int> work)
    {
        using var start = new Barrier(Threads);
        await Task.WhenAll(Enumerable.Range(0, Threads).Select(thread => Task.Factory.StartNew(
            () =>
            {
                start.SignalAndWait();
                work(thread);
            },
            CancellationToken.None,
            TaskCreationOptions.LongRunning,
            TaskScheduler.Default))).WaitAsync(TimeSpan.FromSeconds(60));
    }

    private void Play(Random random, Action<ModelLease> serve)
    {
        for (var i = 0; i < Operations; i++)
        {
            // Half of the requests go to few models, so that many threads meet at each.
            var name = Name(random.Next(random.Next(2) == 0 ? 4 : Models));
            switch (random.Next(20))
            {
                case 0: Wait(_bullpen.Manager.UnloadAsync(_bullpen.Definition(name), CancellationToken.None)); break;
                case 1: _ = _bullpen.Manager.UnloadAsync(_bullpen.Definition(name), CancellationToken.None); break;
                case 2: Remove(name); break;
                case < 6: LeaseAndGiveUp(name, serve); break;
                default: Lease(name, CancellationToken.None, serve); break;
            }
        }
    }

    private void Serve(ModelLease lease)
    {
        Wait(lease.Model.Scheduler.RunAsync((session, token) => session.Run([], ["serial"], token), CancellationToken.None));
        Interlocked.Increment(ref _runs);
    }

    private void Remove(string name)
    {
        if (_bullpen.Unregister(name) is { } removed) Wait(_bullpen.Manager.UnloadAsync(removed, CancellationToken.None));
    }

    private void LeaseAndGiveUp(string name, Action<ModelLease> serve)
    {
        using var impatience = new CancellationTokenSource();
        var cancel = Task.Run(impatience.Cancel);
        Lease(name, impatience.Token, serve);
        Wait(cancel);
    }

    private void Lease(string name, CancellationToken cancellationToken, Action<ModelLease> serve)
    {
        try
        {
            using var lease = Wait(_bullpen.Lease(name, cancellationToken));
            serve(lease);
        }
        catch (OperationCanceledException) when (cancellationToken.IsCancellationRequested)
        {
            Interlocked.Increment(ref _givenUp);
        }
        catch (ServingException e)
        {
            _refusals.Add(e.Kind);
        }
    }

    private static void Wait(Task task) => task.WaitAsync(TimeSpan.FromSeconds(30)).GetAwaiter().GetResult();

    private static T Wait<T>(Task<T> task) => task.WaitAsync(TimeSpan.FromSeconds(30)).GetAwaiter().GetResult();
}
