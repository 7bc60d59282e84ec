using System.Collections.Concurrent;
using Bullpen.Core.Models;

namespace Bullpen.Core.Tests.Administration;

/// <summary>Loads, unloads and uses from many threads at once, under names that they share.</summary>
public sealed class ExternalLifecycleSoakTests
{
    private const long Budget = 1000;

    private static readonly ServingErrorKind[] Expected =
        [ServingErrorKind.InsufficientMemory, ServingErrorKind.ModelAlreadyRegistered, ServingErrorKind.ModelNotFound];

    [Fact]
    public async Task Whatever_happens_at_once_the_budget_holds_and_nothing_is_left_over()
    {
        await using var platform = new ExternalHarness(Budget, loadConcurrency: 4);
        for (var i = 0; i < 10; i++)
        {
            var model = platform.Runtime.Model($"m{i}");
            (model.Estimate, model.Bytes) = (50 + (20 * i), 50 + (20 * i) + (i % 3 == 0 ? 60 : 0));
        }

        var outcomes = new ConcurrentDictionary<string, int>();
        await Task.WhenAll(Enumerable.Range(0, 6).Select(seed => Task.Run(() => WorkAsync(platform, new Random(seed), outcomes))));

        foreach (var kind in Expected) outcomes.GetValueOrDefault($"{kind}").ShouldBeGreaterThan(0, $"{kind}");
        outcomes.GetValueOrDefault("done").ShouldBeGreaterThan(500);
        var listed = platform.Listed();
        var bytes = listed.Sum(name => platform.Runtime.Model(name).Bytes);
        platform.Cache.Budget.Ledger.ShouldBe(new MemoryLedger(Budget, Reserved: 0, Resident: bytes, Draining: 0));
        platform.Runtime.BytesAlive.ShouldBe(bytes);
        platform.Runtime.Violations.ShouldBeEmpty();

        foreach (var name in listed) await platform.UnregisterAsync(name);
        platform.Cache.Budget.Ledger.Used.ShouldBe(0);
    }

    private static async Task WorkAsync(ExternalHarness platform, Random random, ConcurrentDictionary<string, int> outcomes)
    {
        for (var i = 0; i < 400; i++)
        {
            var name = $"m{random.Next(10)}";
            string outcome;
            try
            {
                await (random.Next(4) switch
                {
                    0 => platform.UnregisterAsync(name),
                    1 => platform.RegisterAsync(name),
                    2 => GiveUpAsync(platform, name),
                    _ => UseAsync(platform, name),
                });
                outcome = "done";
            }
            catch (ServingException e)
            {
                Expected.ShouldContain(e.Kind, e.Message);
                outcome = $"{e.Kind}";
            }

            outcomes.AddOrUpdate(outcome, 1, (_, times) => times + 1);
            platform.Cache.Budget.Ledger.Used.ShouldBeLessThanOrEqualTo(Budget);
        }
    }

    private static async Task GiveUpAsync(ExternalHarness platform, string name)
    {
        using var leaves = new CancellationTokenSource();
        var loading = platform.Administration.RegisterAsync(name, "a.onnx", load: true, leaves.Token);
        await leaves.CancelAsync();
        try
        {
            await loading;
        }
        catch (OperationCanceledException)
        {
            // Taken back: the end of the test would find what is left of it.
            return;
        }
    }

    private static async Task UseAsync(ExternalHarness platform, string name)
    {
        if (platform.Definition(name) is not { } definition) return;
        using var lease = await platform.Models.LeaseAsync(definition, CancellationToken.None);
        lease.Model.KeepAlive = new KeepAlive(TimeSpan.Zero);
        await Task.Yield();
    }
}
