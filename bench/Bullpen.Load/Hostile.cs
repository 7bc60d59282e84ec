using System.Globalization;
using System.Net.Sockets;
using System.Text;

namespace Bullpen.Load;

/// <summary>
/// How long a hostile request is answered after its last byte was sent and after its first, beside what the same bytes take to a
/// route that reads none of them; and what it adds to the server's memory.
/// </summary>
internal static class Hostile
{
    internal static async Task<int> RunAsync(Uri server, int rounds, int process, string? only, int crowd, CancellationToken cancellationToken)
    {
        using var http = new HttpClient { BaseAddress = server };
        Console.WriteLine($"{"request",-48} {"bytes",9} {"status",6} {"after last byte: p50",20} {"max",6} {"after first: p50",16} {"max",6} {"baseline",8}  {"peak, MiB",9} {"left, MiB",9}");
        var result = 0;
        foreach (var request in HostileRequests.All().Where(request => only is null || request.Name.Contains(only, StringComparison.OrdinalIgnoreCase)))
        {
            var (last, first, nowhere, statuses) = (new List<double>(), new List<double>(), new List<double>(), new SortedSet<string>(StringComparer.Ordinal));
            await SendAsync(server, request.Head, request.Body, cancellationToken);
            var before = ResidentMemory.All(process);
            await File.WriteAllTextAsync($"/proc/{process}/clear_refs", "5", cancellationToken);
            for (var round = 0; round < rounds; round++)
            {
                var answer = await SendAsync(server, request.Head, request.Body, cancellationToken);
                statuses.Add(answer.Status);
                last.Add(answer.AfterLast);
                first.Add(answer.AfterFirst);
            }

            if (crowd > 0) await Task.WhenAll(Enumerable.Range(0, crowd).Select(_ => Task.Run(() => SendAsync(server, request.Head, request.Body, cancellationToken), cancellationToken)));
            var (peak, left) = (ResidentMemory.Peak(process), ResidentMemory.All(process));
            for (var round = 0; round < rounds; round++) nowhere.Add((await DiscardAsync(server, request, cancellationToken)).AfterFirst);
            foreach (var times in new[] { last, first, nowhere }) times.Sort();
            Console.WriteLine(string.Create(
                CultureInfo.InvariantCulture,
                $"{request.Name,-48} {request.Body.Length,9} {string.Join('/', statuses),6} {Quantiles.Of(last, 0.5),20:F1} {last[^1],6:F1} {Quantiles.Of(first, 0.5),16:F1} {first[^1],6:F1} {Quantiles.Of(nowhere, 0.5),8:F1}  {peak - before,9:F0} {left - before,9:F0}"));
            if (!statuses.All(status => status.StartsWith('4'))) result = 1;
            using var alive = await http.GetAsync(new Uri("/ping", UriKind.Relative), cancellationToken);
            alive.EnsureSuccessStatusCode();
        }

        return result;
    }

    /// <summary>The first answer, in milliseconds after the first and the last byte that was sent; none after the last where it came before.</summary>
    private static async Task<(string Status, double AfterFirst, double AfterLast)> SendAsync(
        Uri server, byte[] head, byte[] body, CancellationToken cancellationToken, byte[]? behind = null)
    {
        using var connection = new TcpClient { NoDelay = true };
        await connection.ConnectAsync(server.Host, server.Port, cancellationToken);
        await using var stream = connection.GetStream();
        var start = TimeProvider.System.GetTimestamp();
        var sending = WriteAsync(stream, head, body, behind, cancellationToken);
        var wanted = behind is null ? 1 : 2;
        var text = new StringBuilder();
        var buffer = new byte[4096];
        try
        {
            while (Count(text) < wanted && await stream.ReadAsync(buffer, cancellationToken) is var read and > 0) text.Append(Encoding.Latin1.GetString(buffer, 0, read));
        }
        catch (IOException)
        {
            return ("cut", 0, 0);
        }

        var answered = TimeProvider.System.GetTimestamp();
        var status = text.Length > 12 ? text.ToString(9, 3) : "none";

        // The client that is not done goes on, as most do: the server must bear that, and not cut it off before it could read.
        var sent = await sending;
        var afterLast = sent is { } at && at < answered ? TimeProvider.System.GetElapsedTime(at, answered).TotalMilliseconds : 0;
        return (sent is null ? status + "!" : status, TimeProvider.System.GetElapsedTime(start, answered).TotalMilliseconds, afterLast);
    }

    private static async Task<(string Status, double AfterFirst, double AfterLast)> DiscardAsync(Uri server, HostileRequest request, CancellationToken cancellationToken) =>
        await SendAsync(server, request.NowhereHead, request.Body, cancellationToken, "GET /ping HTTP/1.1\r\nHost: localhost\r\n\r\n"u8.ToArray());

    /// <summary>When the last byte was handed to the system; null where the server had closed by then.</summary>
    private static async Task<long?> WriteAsync(NetworkStream stream, byte[] head, byte[] body, byte[]? behind, CancellationToken cancellationToken)
    {
        try
        {
            await stream.WriteAsync(head, cancellationToken);
            await stream.WriteAsync(body, cancellationToken);
            if (behind is not null) await stream.WriteAsync(behind, cancellationToken);
            return TimeProvider.System.GetTimestamp();
        }
        catch (IOException)
        {
            return null;
        }
    }

    private static int Count(StringBuilder text) => text.ToString().Split("HTTP/1.1 ").Length - 1;
}
