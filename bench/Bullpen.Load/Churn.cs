using System.Collections.Concurrent;

namespace Bullpen.Load;

/// <summary>
/// First every request alone, one after the other: its answer is the right one. Then many clients at once, each sending
/// requests chosen at random: every answer must be the same to the byte.
/// </summary>
internal static class Churn
{
    internal static async Task<int> RunAsync(string url, int clients, TimeSpan duration, int seed, CancellationToken cancellationToken)
    {
        using var http = new HttpClient(new SocketsHttpHandler { MaxConnectionsPerServer = clients }) { BaseAddress = new Uri(url) };
        var requests = await SampleRequests.AnswersAsync(http, cancellationToken);
        var time = TimeProvider.System;
        var start = time.GetTimestamp();
        var wrong = new ConcurrentQueue<string>();
        var latencies = new ConcurrentBag<List<double>>();
        await Task.WhenAll(Enumerable.Range(0, clients).Select(client => Task.Run(
            async () =>
            {
                var random = new Random(seed + client);
                var mine = new List<double>();
                while (time.GetElapsedTime(start) < duration)
                {
                    var (request, answer) = requests[random.Next(requests.Count)];
                    var sent = time.GetTimestamp();
                    var (status, body) = await SampleRequests.SendAsync(http, request.ToMessage(), cancellationToken);
                    mine.Add(time.GetElapsedTime(sent).TotalMilliseconds);
                    if (status != request.Expected.Status || body != answer) wrong.Enqueue($"{request.Title}: {status} {body}");
                }

                latencies.Add(mine);
            },
            cancellationToken)));

        var all = latencies.SelectMany(l => l).Order().ToList();
        Console.WriteLine($"{clients} clients, {requests.Count} different requests, {time.GetElapsedTime(start).TotalSeconds:F0} s");
        Console.WriteLine($"answers      {all.Count}");
        Console.WriteLine($"wrong        {wrong.Count}");
        Console.WriteLine($"per second   {all.Count / time.GetElapsedTime(start).TotalSeconds:F0}");
        foreach (var (name, share) in new[] { ("p50", 0.5), ("p90", 0.9), ("p99", 0.99), ("max", 1.0) })
            Console.WriteLine($"{name}          {all[Math.Min(all.Count - 1, (int)(all.Count * share))]:F1} ms");
        foreach (var example in wrong.Take(5)) Console.WriteLine($"wrong: {example}");
        return wrong.IsEmpty ? 0 : 1;
    }
}
