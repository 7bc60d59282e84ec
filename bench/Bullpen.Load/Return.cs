using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace Bullpen.Load;

/// <summary>
/// Loads and unloads models chosen at random, two at a time, and looks whether the server's memory comes back: at the end it
/// may exceed that of the beginning by 5 % and 20 MiB. As a positive control, every so many models can be left in memory.
/// </summary>
internal static class Return
{
    private const int AtOnce = 2;

    /// <param name="url">The server.</param>
    /// <param name="models">What to load, and how often each against the others.</param>
    /// <param name="count">Loads in all.</param>
    /// <param name="seed">Of the choice.</param>
    /// <param name="process">The server's process.</param>
    /// <param name="keepEvery">Every which model is not unloaded; 0: each one is.</param>
    /// <param name="cancellationToken">Ends it.</param>
    internal static async Task<int> RunAsync(
        string url, IReadOnlyList<(string Model, int Weight)> models, int count, int seed, int process, int keepEvery, CancellationToken cancellationToken)
    {
        using var http = new HttpClient { BaseAddress = new Uri(url), Timeout = TimeSpan.FromMinutes(5) };
        var requests = new ModelRequests();
        var random = new Random(seed);
        var bag = models.SelectMany(model => Enumerable.Repeat(model.Model, model.Weight)).ToArray();
        var plan = Enumerable.Range(0, count).Select(i => (Number: i, Model: bag[random.Next(bag.Length)])).ToList();

        // Code is compiled and heaps are made on the first way through: each model once, before the beginning is measured.
        foreach (var (model, _) in models) await LoadAndUnloadAsync(http, requests, model, $"first-{model}", isKept: false, cancellationToken);
        var before = ResidentMemory.All(process);
        var highest = before;
        var (reclaimed, residue) = (0L, 0L);
        await Parallel.ForEachAsync(plan, new ParallelOptions { MaxDegreeOfParallelism = AtOnce, CancellationToken = cancellationToken }, async (step, token) =>
        {
            var isKept = keepEvery > 0 && step.Number % keepEvery == keepEvery - 1;
            var reply = await LoadAndUnloadAsync(http, requests, step.Model, $"{step.Model}-{step.Number}", isKept, token);
            Interlocked.Add(ref reclaimed, reply?["reclaimedBytes"]?.GetValue<long>() ?? 0);
            Interlocked.Add(ref residue, reply?["residueBytes"]?.GetValue<long>() ?? 0);
            highest = Math.Max(highest, ResidentMemory.All(process));
        });

        var after = ResidentMemory.All(process);
        var limit = (before * 1.05) + 20;
        Console.WriteLine($"{count} loads and unloads of {models.Count} models, {AtOnce} at a time, seed {seed}{(keepEvery > 0 ? $", every {keepEvery}th left in memory" : "")}");
        Console.WriteLine($"resident before, highest, after   {before:F0}, {highest:F0}, {after:F0} MiB; limit {limit:F0}");
        Console.WriteLine($"the server says                   {reclaimed >> 20} MiB reclaimed, {residue >> 20} MiB residue");
        Console.WriteLine(after <= limit ? "It came back." : "IT DID NOT COME BACK");
        return after <= limit ? 0 : 1;
    }

    private static async Task<JsonNode?> LoadAndUnloadAsync(
        HttpClient http, ModelRequests requests, string model, string name, bool isKept, CancellationToken cancellationToken)
    {
        using var registered = await http.PostAsJsonAsync("/models", new Dictionary<string, string> { ["model_name"] = name, ["url"] = model }, cancellationToken);
        if (!registered.IsSuccessStatusCode)
            throw new InvalidOperationException($"{name}: {(int)registered.StatusCode} {await registered.Content.ReadAsStringAsync(cancellationToken)}");
        var ask = requests.For(model);
        ask.RequestUri = new Uri($"/predictions/{name}", UriKind.Relative);
        var (status, body) = await SampleRequests.SendAsync(http, ask, cancellationToken);
        if (status != 200) throw new InvalidOperationException($"{name}: {status} {body}");
        if (isKept) return null;
        using var deleted = await http.DeleteAsync(new Uri($"/models/{name}", UriKind.Relative), cancellationToken);
        if (!deleted.IsSuccessStatusCode) throw new InvalidOperationException($"{name}: DELETE {(int)deleted.StatusCode}");
        return await deleted.Content.ReadFromJsonAsync<JsonNode>(cancellationToken);
    }
}
