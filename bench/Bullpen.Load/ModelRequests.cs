using System.Globalization;
using System.Net.Http.Headers;
using System.Text;
using Bullpen.TestKit;

namespace Bullpen.Load;

/// <summary>A right request for each model that a server has: of the samples, one of samples/requests; of the recipes' transformers, sixteen tokens.</summary>
internal sealed class ModelRequests
{
    private const int Tokens = 16;
    private static readonly string[] Transformers = ["bert", "minilm"];

    private readonly Dictionary<string, HttpFileRequest> _samples = SampleRequests.All()
        .Where(request => request.Path.StartsWith("/predictions/", StringComparison.Ordinal))
        .GroupBy(request => request.Path["/predictions/".Length..], StringComparer.Ordinal)
        .ToDictionary(requests => requests.Key, requests => requests.First(), StringComparer.Ordinal);

    /// <summary>A request for the model. The tokens depend on <paramref name="seed"/>.</summary>
    /// <exception cref="ArgumentException">It is neither a sample nor made by a recipe whose input is known here.</exception>
    internal HttpRequestMessage For(string model, int seed = 1)
    {
        // A copy of a sample is called after it: sentiment, sentiment-2.
        if (_samples.GetValueOrDefault(model.Split('-')[0]) is { } sample)
        {
            var message = sample.ToMessage();
            message.RequestUri = new Uri($"/predictions/{model}", UriKind.Relative);
            return message;
        }

        if (!Array.Exists(Transformers, name => model.StartsWith(name, StringComparison.Ordinal)))
            throw new ArgumentException($"No request is known for the model {model}.", nameof(model));
        var ids = string.Join(',', Enumerable.Range(0, Tokens).Select(i => (((seed * 7919) + (i * 104729)) % 30000).ToString(CultureInfo.InvariantCulture)));
        var body = $$"""{"inputs":[{"name":"input_ids","shape":[1,{{Tokens}}],"datatype":"INT64","data":[{{ids}}]}]}""";
        return new HttpRequestMessage(HttpMethod.Post, $"/predictions/{model}")
        {
            Content = new ByteArrayContent(Encoding.UTF8.GetBytes(body)) { Headers = { ContentType = new MediaTypeHeaderValue("application/json") } },
        };
    }
}
