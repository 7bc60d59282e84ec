namespace Bullpen.Load;

/// <summary>
/// How much a warm model's answers suffer while others load: one client asks it at a steady pace, in turns alone and beside
/// clients that register, load and delete models without a pause. Nothing but loads and unloads: what runs of other models
/// take is another question.
/// </summary>
internal static class Isolation
{
    private const int Loaders = 2;
    private static readonly TimeSpan Pace = TimeSpan.FromMilliseconds(2);

    internal static async Task<int> RunAsync(
        string url, string warm, IReadOnlyList<string> others, TimeSpan phase, int rounds, CancellationToken cancellationToken)
    {
        using var http = new HttpClient { BaseAddress = new Uri(url), Timeout = TimeSpan.FromMinutes(2) };
        var message = new ModelRequests().For(warm);
        using var client = new SteadyClient(
            new Uri(url), message.RequestUri!.OriginalString, message.Content!.Headers.ContentType!.ToString(), await message.Content.ReadAsByteArrayAsync(cancellationToken));
        var (quiet, busy) = (new List<double>(), new List<double>());
        client.Measure(phase, Pace, []);
        var loads = 0;
        for (var round = 0; round < rounds; round++)
        {
            client.Measure(phase, Pace, quiet);
            using var end = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken);
            var next = -1;
            var loaders = Enumerable.Range(0, Loaders).Select(_ => Task.Run(
                async () =>
                {
                    while (!end.IsCancellationRequested)
                    {
                        var number = Interlocked.Increment(ref next);
                        await ColdLoad.OnceAsync(http, others[number % others.Count], $"cold-{number}", cancellationToken);
                        Interlocked.Increment(ref loads);
                    }
                },
                cancellationToken)).ToList();
            client.Measure(phase, Pace, busy);
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
}
