namespace Bullpen.Load;

/// <summary>
/// How much a warm model's answers suffer while others load: one client asks it at a steady pace, in turns alone and beside
/// clients whose every request is for a model that is not in memory.
/// </summary>
internal static class Isolation
{
    private const int Loaders = 2;
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(2);

    internal static async Task<int> RunAsync(
        string url, string warm, IReadOnlyList<string> others, TimeSpan phase, int rounds, CancellationToken cancellationToken)
    {
        using var http = new HttpClient { BaseAddress = new Uri(url), Timeout = TimeSpan.FromMinutes(2) };
        var requests = new ModelRequests();
        async Task AskAsync(string model)
        {
            var (status, body) = await SampleRequests.SendAsync(http, requests.For(model), cancellationToken);
            if (status != 200) throw new InvalidOperationException($"{model}: {status} {body}");
        }

        var (quiet, busy) = (new List<double>(), new List<double>());
        await MeasureAsync(() => AskAsync(warm), phase, [], cancellationToken);
        var loads = 0;
        for (var round = 0; round < rounds; round++)
        {
            await MeasureAsync(() => AskAsync(warm), phase, quiet, cancellationToken);
            using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            var next = -1;
            var loaders = Enumerable.Range(0, Loaders).Select(_ => Task.Run(
                async () =>
                {
                    while (!end.IsCancellationRequested)
                    {
                        await AskAsync(others[Interlocked.Increment(ref next) % others.Count]);
                        Interlocked.Increment(ref loads);
                    }
                },
                cancellationToken)).ToList();
            await MeasureAsync(() => AskAsync(warm), phase, busy, cancellationToken);
            await end.CancelAsync();
            await Task.WhenAll(loaders);
        }

        quiet.Sort();
        busy.Sort();
        Console.WriteLine($"warm {warm}, one request every {Pace.TotalMilliseconds} ms, {rounds} × {phase.TotalSeconds} s alone and beside {Loaders} clients with {others.Count} cold models");
        Console.WriteLine($"loads beside it   {loads}, {loads / (phase.TotalSeconds * rounds):F1} per second");
        foreach (var (name, share) in new[] { ("p50", 0.5), ("p90", 0.9), ("p99", 0.99), ("p99.9", 0.999) })
            Console.WriteLine($"{name,-6} alone {Quantiles.Of(quiet, share):F2} ms, beside loads {Quantiles.Of(busy, share):F2} ms: {Quantiles.Of(busy, share) / Quantiles.Of(quiet, share):F2} times");
        return 0;
    }

    /// <summary>An answer that is late delays the next request: each has its own due time, and its wait counts from there.</summary>
    private static async Task MeasureAsync(Func<Task> ask, TimeSpan duration, List<double> latencies, CancellationToken cancellationToken)
    {
        var time = TimeProvider.System;
        var start = time.GetTimestamp();
        for (var i = 0; ; i++)
        {
            var due = Pace * i;
            if (due >= duration) return;
            if (due - time.GetElapsedTime(start) is { Ticks: > 0 } early) await Task.Delay(early, time, cancellationToken);
            var sent = time.GetElapsedTime(start);
            await ask();
            latencies.Add((time.GetElapsedTime(start) - (sent - due > Pace ? due : sent)).TotalMilliseconds);
        }
    }
}
