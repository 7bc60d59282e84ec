using Bullpen.Core;

namespace Bullpen.Operations;

/// <summary>One request's part of <see cref="HeldBodies"/>.</summary>
/// <param name="bodies">All of them.</param>
/// <param name="aborted">Where the client leaves.</param>
/// <param name="since">When it began to come, in the server's time.</param>
internal sealed class HeldShare(HeldBodies bodies, CancellationToken aborted, long since) : IDisposable
{
    private readonly CancellationTokenSource _reading = CancellationTokenSource.CreateLinkedTokenSource(aborted);

    /// <summary>All of them.</summary>
    internal HeldBodies Bodies => bodies;

    /// <summary>When its body began to come.</summary>
    internal long Since => since;

    /// <summary>How much it holds; changed by <see cref="HeldBodies"/> alone.</summary>
    internal long Bytes { get; set; }

    /// <summary>Ends the reading of the body: the client left, or the body is to give way.</summary>
    internal CancellationToken Reading => _reading.Token;

    /// <summary>Whether others need the room of what is long in coming.</summary>
    internal bool IsGivingWay { get; private set; }

    /// <summary>Takes some more; the refusal where there is no room for it.</summary>
    internal ServingException? Take(long bytes) => bodies.TryTake(this, bytes) ? null : Full();

    /// <summary>The body is there; takes what is made of it. The refusal where there is no room.</summary>
    internal ServingException? Arrived(long more)
    {
        bodies.Arrived(this);
        return more == 0 ? null : Take(more);
    }

    /// <summary>Gives some back.</summary>
    internal void Leave(long bytes, bool isGarbage) => bodies.Leave(this, bytes, isGarbage);

    /// <summary>Has the reading end, for others. While it is among those that arrive.</summary>
    internal void GiveWay()
    {
        IsGivingWay = true;
        _ = _reading.CancelAsync();
    }

    /// <summary>The body was taken away while it came.</summary>
    internal ServingException TooSlow() =>
        new(ServingErrorKind.Overloaded, $"The request's body was longer in coming than {HeldBodies.Undisturbed.TotalSeconds} s, and others need the room for theirs; try again later.")
        {
            Field = "body",
            RetryAfter = TimeSpan.FromSeconds(1),
        };

    /// <summary>Gives all of it back.</summary>
    public void Dispose()
    {
        bodies.Arrived(this);
        _reading.Dispose();
        Leave(Bytes, isGarbage: true);
    }

    private ServingException Full() =>
        new(ServingErrorKind.Overloaded, $"The bodies of the requests that are being read come to {bodies.Limit} bytes, which is the limit; try again later.")
        {
            Field = "body",
            Expected = $"at most {bodies.Limit} bytes in all requests together",
            RetryAfter = TimeSpan.FromSeconds(1),
        };
}
