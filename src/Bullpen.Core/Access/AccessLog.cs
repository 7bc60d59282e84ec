using System.Text;
using System.Threading.Channels;
using Microsoft.Extensions.Logging;

namespace Bullpen.Core.Access;

/// <summary>
/// Records who asked for which model when, for <c>bullpen simulate</c>. A request hands its record over and goes on: one thread
/// writes. Where the disk is slower than the requests, or refuses, records are lost and counted, and nobody waits.
/// </summary>
public sealed class AccessLog : IAsyncDisposable
{
    private readonly AccessLogOptions _options;
    private readonly TimeProvider _time;
    private readonly ILogger _log;
    private readonly Channel<AccessRecord> _records;
    private readonly Task _writing;
    private readonly StringBuilder _lines = new();
    private AccessFile? _file;
    private long _lost;
    private long? _refusedAt;
    private long _checkedAt;

    /// <summary>Begins to record; the file is opened with the first record.</summary>
    public AccessLog(AccessLogOptions options, TimeProvider time, ILogger<AccessLog> log)
    {
        (_options, _time, _log) = (options, time, log);
        _records = Channel.CreateBounded<AccessRecord>(new BoundedChannelOptions(options.Capacity) { SingleReader = true });
        _writing = Task.Factory.StartNew(Write, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
    }

    /// <summary>Records that were lost so far.</summary>
    public long Lost => Interlocked.Read(ref _lost);

    /// <summary>Hands a record over; waits for nothing.</summary>
    public void Record(in AccessRecord record)
    {
        if (!_records.Writer.TryWrite(record)) Interlocked.Increment(ref _lost);
    }

    /// <summary>Writes what is left; a disk that hangs is left behind.</summary>
    public async ValueTask DisposeAsync()
    {
        _records.Writer.TryComplete();
        try
        {
            await _writing.WaitAsync(_options.LongestEnd, _time);
        }
        catch (TimeoutException)
        {
            _log.CannotRecord(_options.Path, $"it takes longer than {_options.LongestEnd.TotalSeconds} s");
        }
    }

    private void Write()
    {
        // Blocks on purpose: this thread is the writer's own.
        while (_records.Reader.WaitToReadAsync().AsTask().GetAwaiter().GetResult())
        {
            var count = 0;
            for (; count < _options.Capacity && _records.Reader.TryRead(out var record); count++) _lines.Append(AccessLine.Of(record));
            if (!TryWrite()) Interlocked.Add(ref _lost, count);
            _lines.Clear();
        }

        Close();
    }

    private bool TryWrite()
    {
        if (_refusedAt is { } refused && _time.GetElapsedTime(refused) < _options.RetryDelay) return false;
        try
        {
            var file = FileInPlace();
            file.Append(Encoding.ASCII.GetBytes(_lines.ToString()));
            file.Flush();
            if (_refusedAt is not null) _log.RecordsAgain(_options.Path, Lost);
            _refusedAt = null;
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            if (_refusedAt is null) _log.CannotRecord(_options.Path, e.Message);
            _refusedAt = _time.GetTimestamp();
            Close();
            return false;
        }
    }

    /// <summary>The file, opened anew where another's log rotation or a hand took it away since the last look.</summary>
    private AccessFile FileInPlace()
    {
        if (_file is not null && _time.GetElapsedTime(_checkedAt) >= _options.CheckEvery)
        {
            _checkedAt = _time.GetTimestamp();
            if (!_file.IsInPlace) Close();
        }

        if (_file is not null) return _file;
        _file = new AccessFile(_options.Path, _options.MaxBytes);
        _checkedAt = _time.GetTimestamp();
        if (_file.MadeFolder) _log.MadeFolder(_options.Path);
        return _file;
    }

    private void Close()
    {
        try
        {
            _file?.Dispose();
        }
        catch (IOException e)
        {
            // The last lines did not reach a full disk.
            if (_refusedAt is null) _log.CannotRecord(_options.Path, e.Message);
        }

        _file = null;
    }
}
