namespace Bullpen.Load;

/// <summary>Asks every model of a server once, and once more, and then models chosen at random: what is resident, and how long answers take.</summary>
internal static class Density
{
    internal static async Task<int> RunAsync(
        string url, IReadOnlyList<string> models, int clients, TimeSpan duration, int seed, int process, CancellationToken cancellationToken)
    {
        using var http = new HttpClient { BaseAddress = new Uri(url), Timeout = TimeSpan.FromMinutes(5) };
        var requests = new ModelRequests();
        var time = TimeProvider.System;
        async Task<double> AskAsync(string model)
        {
            var sent = time.GetTimestamp();
            var (status, body) = await SampleRequests.SendAsync(http, requests.For(model), cancellationToken);
            if (status != 200) throw new InvalidOperationException($"{model}: {status} {body}");
            return time.GetElapsedTime(sent).TotalMilliseconds;
        }

        var began = time.GetTimestamp();
        foreach (var model in models) await AskAsync(model);
        Console.WriteLine($"{models.Count} models asked once each        {time.GetElapsedTime(began).TotalSeconds:F1} s");
        var again = new List<double>();
        foreach (var model in models) again.Add(await AskAsync(model));
        Print("asked again, one after the other", again);
        Console.WriteLine($"private, mapped, threads          {ResidentMemory.Private(process):F0} MiB, {ResidentMemory.Mapped(process):F0} MiB, {ResidentMemory.Threads(process)}");

        var start = time.GetTimestamp();
        var all = (await Task.WhenAll(Enumerable.Range(0, clients).Select(client => Task.Run(
            async () =>
            {
                var random = new Random(seed + client);
                var mine = new List<double>();
                while (time.GetElapsedTime(start) < duration) mine.Add(await AskAsync(models[random.Next(models.Count)]));
                return mine;
            },
            cancellationToken)))).SelectMany(mine => mine).ToList();
        Print($"{clients} clients, any model, {duration.TotalSeconds:F0} s", all);
        Console.WriteLine($"private, mapped, threads          {ResidentMemory.Private(process):F0} MiB, {ResidentMemory.Mapped(process):F0} MiB, {ResidentMemory.Threads(process)}");
        return 0;
    }

    private static void Print(string what, List<double> latencies)
    {
        latencies.Sort();
        Console.WriteLine($"{what,-33} {latencies.Count} answers, p50 {Quantiles.Of(latencies, 0.5):F1} ms, p99 {Quantiles.Of(latencies, 0.99):F1} ms, max {latencies[^1]:F1} ms");
    }
}
