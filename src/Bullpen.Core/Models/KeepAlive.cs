namespace Bullpen.Core.Models;

/// <summary>
/// How long a request asks for its model to be kept after it: a wish, never a pin. While it runs the model is evicted only
/// where nothing of its priority is left that nobody wished for; when it has been idle for that long it is unloaded. The
/// latest request that says anything counts, as in Ollama, whose <c>keep_alive</c> this is.
/// </summary>
/// <param name="Time">
/// Idle time, at most 24 hours; zero: unload once nobody uses the model; <see cref="Timeout.InfiniteTimeSpan"/>: keep until
/// another request says otherwise.
/// </param>
public readonly record struct KeepAlive(TimeSpan Time)
{
    /// <summary>What is read, as a noun phrase for messages.</summary>
    public const string Rule = "a time such as 5m or 300s, or a number of seconds, at most 24h; 0 to unload, -1 to keep";

    /// <summary>Keep until another request says otherwise.</summary>
    public static KeepAlive Forever { get; } = new(Timeout.InfiniteTimeSpan);

    /// <summary>Reads <c>5m</c>, <c>300</c>, <c>0</c>, <c>-1</c>.</summary>
    public static bool TryParse(string text, out KeepAlive keepAlive)
    {
        keepAlive = Forever;
        if (text.Trim() is "-1") return true;
        if (!Duration.TryParse(text, out var time)) return false;
        keepAlive = new KeepAlive(time);
        return true;
    }
}
