using System.Collections.Concurrent;
using System.Globalization;
using System.Net.Sockets;
using System.Text.Json;
using Bullpen.TestKit;
using Bullpen.Tests.Hosting;
using Xunit.Abstractions;

namespace Bullpen.Tests.State;

/// <summary>
/// The server is killed in the middle of registrations, deletions, loads and evictions, again and again over one state
/// folder. What it answered holds. <c>BULLPEN_TEST_KILLS</c> says how often; bench/load/kill.sh does it a hundred times.
/// </summary>
public sealed class KillTests(ITestOutputHelper output) : IDisposable
{
    private const int Clients = 4;

    private static readonly string[] Models = ["india", "iris", "penguins", "spam", "sentiment"];
    private static readonly int Kills = int.Parse(Environment.GetEnvironmentVariable("BULLPEN_TEST_KILLS") ?? "20", CultureInfo.InvariantCulture);

    private readonly TempFolder _folder = new();

    // By name: what a server has to know, must not know, and may know, as its answer did not come.
    private readonly ConcurrentDictionary<string, string> _registered = new();
    private readonly ConcurrentDictionary<string, bool> _deleted = new();
    private readonly ConcurrentDictionary<string, bool> _inDoubt = new();
    private int _answers;
    private int _serial;

    public void Dispose() => _folder.Dispose();

    [SkippableFact]
    public async Task Whatever_was_answered_before_a_kill_holds_after_it()
    {
        Skip.If(OperatingSystem.IsWindows(), "Windows kills otherwise.");
        var random = new Random(20);
        for (var round = 0; round < Kills; round++)
        {
            var url = $"http://127.0.0.1:{ServerChild.FreePort()}";
            using var server = new ServerChild(null, "serve", "--urls", url, "--state", _folder.At("state"), "--max-models", "2");
            server.WaitForLine("listens on");
            using var client = new HttpClient { BaseAddress = new Uri(url) };
            await CheckAsync(client, round);
            await DisturbAsync(client, server, random.Next(1, 40));
            server.Output.ShouldNotContain("The state ");
            server.Output.ShouldNotContain("Another server");
            StateSnapshot.Take(_folder.At("state")).Integrity.ShouldBe("ok", $"after kill {round + 1}");
        }

        var names = StateSnapshot.Take(_folder.At("state")).Names;
        _registered.Keys.Except(names).ShouldBeEmpty();
        names.Intersect(_deleted.Keys).ShouldBeEmpty();
        output.WriteLine($"{Kills} kills: {_answers} answers, {_registered.Count} registrations kept, {_deleted.Count} deleted, {_inDoubt.Count} in doubt (killed before the answer), none lost, none half.");
    }

    /// <summary>Sends from several clients at once until so many answers came, then kills the server under them.</summary>
    private async Task DisturbAsync(HttpClient client, ServerChild server, int answersUntilKill)
    {
        using var left = new CountdownEvent(answersUntilKill);
        var clients = Enumerable.Range(0, Clients).Select(number => Task.Run(() => SendAsync(client, number, left))).ToList();
        left.Wait();
        server.Kill();
        await Task.WhenAll(clients);
    }

    private async Task SendAsync(HttpClient client, int number, CountdownEvent left)
    {
        while (true)
        {
            var serial = Interlocked.Increment(ref _serial);
            var model = Models[serial % Models.Length];
            var name = $"k{serial}";
            _inDoubt[name] = true;
            try
            {
                // Half of them load at once, and so evict; every third is deleted again.
                var load = number % 2;
                using (var made = await client.PostAsync($"/models?url={model}&model_name={name}&initial_workers={load}", null)) made.EnsureSuccessStatusCode();
                _registered[name] = model;
                _inDoubt.TryRemove(name, out _);
                Count(left);
                if (serial % 3 != 0) continue;
                _registered.TryRemove(name, out _);
                _inDoubt[name] = true;
                using (var deleted = await client.DeleteAsync($"/models/{name}")) deleted.EnsureSuccessStatusCode();
                _deleted[name] = true;
                _inDoubt.TryRemove(name, out _);
                Count(left);
            }
            catch (Exception e) when (e is HttpRequestException { StatusCode: null } or IOException or SocketException)
            {
                // The server is gone.
                return;
            }
        }
    }

    private void Count(CountdownEvent left)
    {
        Interlocked.Increment(ref _answers);
        try
        {
            left.Signal();
        }
        catch (InvalidOperationException)
        {
            // Answers that came while the server was being killed: they hold as well.
        }
    }

    private async Task CheckAsync(HttpClient client, int round)
    {
        var known = new Dictionary<string, (string Url, string State)>();
        var token = "0";
        while (token is not null)
        {
            var page = JsonDocument.Parse(await client.GetStringAsync($"/models?limit=100&next_page_token={token}")).RootElement;
            foreach (var model in page.GetProperty("models").EnumerateArray())
                known.Add(model.GetProperty("modelName").GetString()!, (model.GetProperty("modelUrl").GetString()!, model.GetProperty("state").GetString()!));
            token = page.TryGetProperty("nextPageToken", out var next) ? next.GetString() : null;
        }

        var ours = known.Where(model => model.Key.StartsWith('k')).ToDictionary();
        _registered.Where(model => !ours.TryGetValue(model.Key, out var found) || found.Url != model.Value).ShouldBeEmpty($"lost before start {round + 1}");
        ours.Keys.Where(name => !_registered.ContainsKey(name) && !_inDoubt.ContainsKey(name)).ShouldBeEmpty($"deleted, and back at start {round + 1}");
        ours.Values.Where(found => found.State == "Failed" || !Models.Contains(found.Url)).ShouldBeEmpty($"half a registration at start {round + 1}");
    }
}
