using System.Collections.Concurrent;
using Microsoft.Extensions.Logging;

namespace Bullpen.TestKit;

/// <summary>Keeps the lines that it is told, level first.</summary>
public sealed class RecordingLogger<T> : ILogger<T>
{
    private readonly ConcurrentQueue<string> _lines = new();
    private readonly SemaphoreSlim _logged = new(0);

    /// <summary>What was logged so far.</summary>
    public IReadOnlyCollection<string> Lines => _lines;

    public IDisposable? BeginScope<TState>(TState state)
        where TState : notnull => null;

    public bool IsEnabled(LogLevel logLevel) => true;

    public void Log<TState>(
        LogLevel logLevel, EventId eventId, TState state, Exception? exception, Func<TState, Exception?, string> formatter) =>
        Add($"{logLevel}: {formatter(state, exception)}");

    /// <summary>Waits until that many lines hold <paramref name="part"/>, and returns those; one test waits at a time.</summary>
    public async Task<IReadOnlyList<string>> LinesWith(string part, int count = 1)
    {
        while (true)
        {
            var found = _lines.Where(line => line.Contains(part, StringComparison.Ordinal)).ToList();
            if (found.Count >= count) return found;
            // The limit only turns a hang into a message; nothing waits for time to pass.
            if (!await _logged.WaitAsync(TimeSpan.FromSeconds(30))) throw new TimeoutException($"Nobody logged '{part}' within 30 s.");
        }
    }

    private void Add(string line)
    {
        _lines.Enqueue(line);
        _logged.Release();
    }
}
