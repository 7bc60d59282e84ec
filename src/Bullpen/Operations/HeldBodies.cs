using Bullpen.Core;

namespace Bullpen.Operations;

/// <summary>
/// How many bytes the bodies of all requests together may take while they are read and answered: each of them is within
/// <c>--max-body</c>, and many at once would be more than the machine has. Small bodies are not counted.
/// </summary>
/// <param name="limit">The most bytes at once.</param>
internal sealed class HeldBodies(long limit)
{
    /// <summary>What a value of JSON takes in a document, twice over where that grows (System.Text.Json keeps 12 bytes a token).</summary>
    private const int BytesOfValue = 24;

    private const long Least = 1L << 30;

    private long _held;

    /// <summary>For bodies of at most so many bytes: 1 GiB, or four of them.</summary>
    internal static HeldBodies For(long largestBody) => new(Math.Max(Least, 4 * largestBody));

    /// <summary>What one request holds, until it is answered.</summary>
    internal static Share Of(HttpContext context)
    {
        var share = new Share(context.RequestServices.GetRequiredService<HeldBodies>());
        context.Response.RegisterForDispose(share);
        return share;
    }

    /// <summary>One request's part.</summary>
    internal sealed class Share(HeldBodies bodies) : IDisposable
    {
        private long _bytes;

        /// <summary>Takes some more; the refusal where there is no room for it.</summary>
        internal ServingException? Take(long bytes)
        {
            if (Interlocked.Add(ref bodies._held, bytes) > bodies.Limit)
            {
                Interlocked.Add(ref bodies._held, -bytes);
                return bodies.Full();
            }

            _bytes += bytes;
            return null;
        }

        /// <summary>As <see cref="Take"/>, for a document of so many values.</summary>
        internal ServingException? TakeValues(int values) => Take((long)values * BytesOfValue);

        /// <summary>Gives all of it back.</summary>
        public void Dispose() => Interlocked.Add(ref bodies._held, -Interlocked.Exchange(ref _bytes, 0));
    }

    private long Limit => limit;

    private ServingException Full() =>
        new(ServingErrorKind.Overloaded, $"The bodies of the requests that are being read come to {limit} bytes, which is the limit; try again later.")
        {
            Field = "body",
            Expected = $"at most {limit} bytes in all requests together",
            RetryAfter = TimeSpan.FromSeconds(1),
        };
}
