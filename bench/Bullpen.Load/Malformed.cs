using System.Globalization;
using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;
using Bullpen.TestKit;

namespace Bullpen.Load;

/// <summary>Sends wrong requests, each on a connection of its own, and looks at what comes back: 4xx, and nothing that is none of the sender's business.</summary>
internal static partial class Malformed
{
    private const int Clients = 8;
    private static readonly string[] Betrayals = ["   at ", ".cs:line", "System.", "Microsoft.", "/tmp/", "/usr/", "/home/", "/opt/", "/etc/", Checkout.Root];

    internal static async Task<int> RunAsync(Uri server, int count, int seed, int? process, CancellationToken cancellationToken)
    {
        using var http = new HttpClient { BaseAddress = server };
        var quiet = await SampleAsync(http, cancellationToken);
        var before = ResidentMegabytes(process);

        var source = new MalformedRequests(seed);
        var requests = Enumerable.Range(0, count).Select(_ => source.Next()).ToList();
        var faults = new System.Collections.Concurrent.ConcurrentQueue<string>();
        var statuses = new System.Collections.Concurrent.ConcurrentDictionary<(string Kind, int Status), int>();
        await Parallel.ForEachAsync(requests, new ParallelOptions { MaxDegreeOfParallelism = Clients, CancellationToken = cancellationToken }, async (request, token) =>
        {
            var answer = await SendAsync(server, request, token);
            var status = StatusLine().Match(answer) is { Success: true } line ? int.Parse(line.Groups["status"].Value, CultureInfo.InvariantCulture) : 0;
            statuses.AddOrUpdate((request.Kind, status), 1, (_, seen) => seen + 1);
            if (FaultOf(request, status, answer) is { } fault) faults.Enqueue($"{request.Kind}: {fault}\n  sent {Start(Encoding.Latin1.GetString(request.Wire), 400)}\n  got  {Start(answer, 400)}");
        });

        foreach (var kind in statuses.GroupBy(entry => entry.Key.Kind).OrderBy(kind => kind.Key, StringComparer.Ordinal))
            Console.WriteLine($"{kind.Key,-30} {string.Join("  ", kind.OrderBy(entry => entry.Key.Status).Select(entry => $"{entry.Key.Status}: {entry.Value}"))}");
        foreach (var status in statuses.GroupBy(entry => entry.Key.Status).OrderBy(status => status.Key))
            Console.WriteLine($"status {status.Key}  {status.Sum(entry => entry.Value)}");

        if (await SampleAsync(http, cancellationToken) != quiet) faults.Enqueue("The server answers a right request differently now.");
        Console.WriteLine($"requests     {count}, seed {seed}");
        Console.WriteLine($"faults       {faults.Count}");
        if (process is not null) Console.WriteLine($"resident     {before} MB before, {ResidentMegabytes(process)} MB after");
        foreach (var fault in faults.Take(10)) Console.WriteLine(fault);
        return faults.IsEmpty ? 0 : 1;
    }

    private static string? FaultOf(MalformedRequest request, int status, string answer)
    {
        // The one answer of that class that is right: to a version of HTTP that does not exist.
        if (status is < 400 or > 499 && !(status == 505 && request.Kind == "wrong HTTP")) return $"status {status}";
        var sent = Encoding.UTF8.GetString(request.Wire);
        return Array.Find(Betrayals, text => answer.Contains(text, StringComparison.Ordinal) && !sent.Contains(text, StringComparison.Ordinal)) is { } betrayal
            ? $"gives away '{betrayal}'"
            : null;
    }

    private static async Task<string> SendAsync(Uri server, MalformedRequest request, CancellationToken cancellationToken)
    {
        using var connection = new TcpClient { NoDelay = true };
        await connection.ConnectAsync(server.Host, server.Port, cancellationToken);
        await using var stream = connection.GetStream();
        var answer = new MemoryStream();
        try
        {
            await stream.WriteAsync(request.Wire, cancellationToken);
            await stream.CopyToAsync(answer, cancellationToken);
        }
        catch (Exception e) when (e is IOException or SocketException)
        {
            // The server may answer and close before it has read all that is wrong: what it said counts.
        }

        return Encoding.UTF8.GetString(answer.ToArray());
    }

    /// <summary>Three right requests, one for each way in: also warms up what they need.</summary>
    private static async Task<string> SampleAsync(HttpClient http, CancellationToken cancellationToken)
    {
        var answers = new StringBuilder();
        foreach (var (path, body) in new[]
        {
            ("/predict", """{"model_id": "sentiment", "input_data": "This movie was great!"}"""),
            ("/predict", """{"model_id": "image", "input_data": "coffee.jpg"}"""),
            ("/predictions/india", """{"action": {"0": 1}, "david": {"0": 1}}"""),
        })
        {
            using var response = await http.PostAsync(new Uri(path, UriKind.Relative), new StringContent(body, Encoding.UTF8, "application/json"), cancellationToken);
            response.EnsureSuccessStatusCode();
            answers.Append(await response.Content.ReadAsStringAsync(cancellationToken));
        }

        return answers.ToString();
    }

    private static int? ResidentMegabytes(int? process) => process is null
        ? null
        : int.Parse(ResidentLine().Match(File.ReadAllText($"/proc/{process}/status")).Groups["kilobytes"].Value, CultureInfo.InvariantCulture) / 1024;

    private static string Start(string text, int length) => text.Length <= length ? text : text[..length] + "…";

    [GeneratedRegex(@"^HTTP/1\.1 (?<status>\d{3})", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex StatusLine();

    [GeneratedRegex(@"VmRSS:\s+(?<kilobytes>\d+) kB", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex ResidentLine();
}
