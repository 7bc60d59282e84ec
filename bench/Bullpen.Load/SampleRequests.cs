using Bullpen.TestKit;

namespace Bullpen.Load;

/// <summary>The predictions among samples/requests that need no registration and succeed, and what a quiet server answers to them.</summary>
internal static class SampleRequests
{
    /// <summary>Each request sent alone, one after the other, and checked against its comment.</summary>
    internal static async Task<List<(HttpFileRequest Request, string Answer)>> AnswersAsync(HttpClient http, CancellationToken cancellationToken)
    {
        var answers = new List<(HttpFileRequest, string)>();
        foreach (var request in All())
        {
            var (status, body) = await SendAsync(http, request.ToMessage(), cancellationToken);
            if (request.Expected.FaultOf(status, body) is { } fault) throw new InvalidOperationException($"{request.Title}, alone: {fault}");
            answers.Add((request, body));
        }

        return answers;
    }

    internal static async Task<(int Status, string Body)> SendAsync(HttpClient http, HttpRequestMessage message, CancellationToken cancellationToken)
    {
        using var response = await http.SendAsync(message, cancellationToken);
        return ((int)response.StatusCode, await response.Content.ReadAsStringAsync(cancellationToken));
    }

    /// <summary>The requests.</summary>
    internal static IEnumerable<HttpFileRequest> All() =>
        Directory.GetFiles(Checkout.At("samples", "requests"), "*.http").Order(StringComparer.Ordinal).SelectMany(HttpFileRequest.Read)
            .Where(request => request.Expected.Status == 200 && request.Path.StartsWith("/predict", StringComparison.Ordinal)
                && !request.Path.EndsWith("/modelx", StringComparison.Ordinal));
}
