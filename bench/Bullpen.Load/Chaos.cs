using System.Collections.Concurrent;
using System.Text;
using Bullpen.TestKit;

namespace Bullpen.Load;

/// <summary>
/// Many clients, while models are registered, deleted, replaced, broken and taken away at random. A model that nobody touches
/// must answer right, always; one that is touched must answer right or with an error that the change explains; and in the
/// end, when all files are whole again, every model must answer right.
/// </summary>
internal sealed class Chaos(HttpClient http, string repository, TimeSpan duration, int seed)
{
    private const string RegisteredBody = """{"action":[1,1,2,2],"david":[1,2,2,3]}""";
    private const string RegisteredAnswer = """{"predictions":[6,9,11,14]}""";

    private static readonly string[] Touched = ["india", "iris", "fashion"];
    private static readonly string[] Registered = ["extra-0", "extra-1", "extra-2"];

    // 400: the file is broken; 404: deleted or taken away; 503: no room, or no load, in time.
    private static readonly int[] Explained = [400, 404, 422, 503];

    private readonly TimeProvider _time = TimeProvider.System;
    private readonly long _start = TimeProvider.System.GetTimestamp();
    private readonly ConcurrentDictionary<string, int> _counts = new();
    private readonly ConcurrentQueue<string> _wrong = new();
    private List<(HttpFileRequest Request, string Answer)> _requests = [];

    private bool IsOver => _time.GetElapsedTime(_start) >= duration;

    internal static async Task<int> RunAsync(string url, string repository, int clients, TimeSpan duration, int seed, CancellationToken cancellationToken)
    {
        using var http = new HttpClient(new SocketsHttpHandler { MaxConnectionsPerServer = clients + 4 }) { BaseAddress = new Uri(url) };
        return await new Chaos(http, repository, duration, seed).RunAsync(clients, cancellationToken) ? 0 : 1;
    }

    private async Task<bool> RunAsync(int clients, CancellationToken cancellationToken)
    {
        _requests = await SampleRequests.AnswersAsync(http, cancellationToken);
        await Task.WhenAll(Enumerable.Range(0, clients).Select(client => Task.Run(() => AskAsync(new Random(seed + client), cancellationToken), cancellationToken))
            .Append(Task.Run(() => RegisterAndDeleteAsync(new Random(seed - 1), cancellationToken), cancellationToken))
            .Append(Task.Run(() => ReplaceAsync(new Random(seed - 2), cancellationToken), cancellationToken)));
        await CheckAllAsync(cancellationToken);

        foreach (var (what, count) in _counts.OrderBy(entry => entry.Key, StringComparer.Ordinal)) Console.WriteLine($"{what,-28}{count}");
        Console.WriteLine($"{"wrong",-28}{_wrong.Count}");
        foreach (var example in _wrong.Take(10)) Console.WriteLine($"wrong: {example}");
        return _wrong.IsEmpty;
    }

    private async Task AskAsync(Random random, CancellationToken cancellationToken)
    {
        while (!IsOver)
        {
            var choice = random.Next(_requests.Count + Registered.Length);
            if (choice < _requests.Count)
            {
                var (request, answer) = _requests[choice];
                var touched = Array.Exists(Touched, model => IsFor(request, model));
                var (status, body) = await SampleRequests.SendAsync(http, request.ToMessage(), cancellationToken);
                Count(touched ? "touched" : "untouched", status, body, answer, mayFail: touched, request.Title);
            }
            else
            {
                var name = Registered[choice - _requests.Count];
                using var message = new HttpRequestMessage(HttpMethod.Post, $"/predictions/{name}") { Content = Json(RegisteredBody) };
                var (status, body) = await SampleRequests.SendAsync(http, message, cancellationToken);
                Count("registered", status, body, RegisteredAnswer, mayFail: true, name);
            }
        }
    }

    private async Task RegisterAndDeleteAsync(Random random, CancellationToken cancellationToken)
    {
        while (!IsOver)
        {
            var name = Registered[random.Next(Registered.Length)];
            using var message = random.Next(2) == 0
                ? new HttpRequestMessage(HttpMethod.Delete, $"/models/{name}")
                : new HttpRequestMessage(HttpMethod.Post, "/models") { Content = Json($$"""{"model_name":"{{name}}","url":"kept/india"}""") };
            var (status, body) = await SampleRequests.SendAsync(http, message, cancellationToken);
            _counts.AddOrUpdate($"{message.Method} {status}", 1, static (_, count) => count + 1);
            if (status is not (200 or 404 or 409 or 503)) _wrong.Enqueue($"{message.Method} {name}: {status} {body}");
            await Task.Delay(TimeSpan.FromMilliseconds(20), _time, cancellationToken);
        }
    }

    private async Task ReplaceAsync(Random random, CancellationToken cancellationToken)
    {
        while (!IsOver)
        {
            var model = Touched[random.Next(Touched.Length)];
            var path = Path.Combine(repository, model, "model.onnx");
            switch (random.Next(4))
            {
                case 0: File.Delete(path); break;
                case 1: Put(path, Encoding.ASCII.GetBytes("not a model at all")); break;
                case 2: Put(path, Half(File.ReadAllBytes(Kept(model)))); break;
                default: Put(path, File.ReadAllBytes(Kept(model))); break;
            }

            _counts.AddOrUpdate("file changes", 1, static (_, count) => count + 1);
            await Task.Delay(TimeSpan.FromMilliseconds(300), _time, cancellationToken);
        }

        foreach (var model in Touched) Put(Path.Combine(repository, model, "model.onnx"), File.ReadAllBytes(Kept(model)));
    }

    private async Task CheckAllAsync(CancellationToken cancellationToken)
    {
        const int tries = 60;
        foreach (var (request, answer) in _requests)
        {
            for (var left = tries; ; left--)
            {
                var (status, body) = await SampleRequests.SendAsync(http, request.ToMessage(), cancellationToken);
                if (body == answer) break;
                if (left == 0) _wrong.Enqueue($"{request.Title}, at the end: {status} {body}");
                if (left == 0) break;
                await Task.Delay(TimeSpan.FromMilliseconds(500), _time, cancellationToken);
            }
        }
    }

    private void Count(string kind, int status, string body, string answer, bool mayFail, string title)
    {
        _counts.AddOrUpdate($"{kind} {status}", 1, static (_, count) => count + 1);
        var isRight = status == 200 ? body == answer : mayFail && Explained.Contains(status);
        if (!isRight) _wrong.Enqueue($"{title}: {status} {body}");
    }

    private string Kept(string model) => Path.Combine(repository, "kept", model, "model.onnx");

    private static byte[] Half(byte[] content) => content[..(content.Length / 2)];

    private static void Put(string path, byte[] content)
    {
        File.WriteAllBytes(path + ".new", content);
        File.Move(path + ".new", path, overwrite: true);
    }

    private static bool IsFor(HttpFileRequest request, string model) =>
        request.Path.EndsWith($"/{model}", StringComparison.Ordinal)
        || Encoding.UTF8.GetString(request.Body).Contains($"\"model_id\": \"{model}\"", StringComparison.Ordinal);

    private static StringContent Json(string body) => new(body, Encoding.UTF8, "application/json");
}
