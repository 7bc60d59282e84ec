using System.Threading.Channels;
using Bullpen.Core.State;
using Microsoft.Extensions.Logging;

namespace Bullpen.State;

/// <summary>What loads measured, by content. Contents are hashed one after the other, in the background; finding reads nothing.</summary>
internal sealed class LoadHistory
{
    private const int MostLoadsWaiting = 1024;

    private readonly ContentHashes _hashes;
    private readonly MeasuredContents _measures;
    private readonly StateWriter _writer;
    private readonly ILogger _log;
    private readonly Channel<MeasuredLoad> _loads = Channel.CreateBounded<MeasuredLoad>(
        new BoundedChannelOptions(MostLoadsWaiting) { FullMode = BoundedChannelFullMode.DropWrite, SingleReader = true });

    // Never disposed: it holds nothing that outlives the process.
    private readonly CancellationTokenSource _ending = new();
    private readonly SemaphoreSlim _turn = new(1, 1);
    private readonly Task _hashing;

    internal LoadHistory(StateContents contents, StateOptions options, StateWriter writer, ILogger log)
    {
        (_writer, _log) = (writer, log);
        _hashes = new ContentHashes(options.MostLeftBehind);
        _measures = new MeasuredContents(options.LoadsKept, options.MostLeftBehind);
        foreach (var file in contents.Files) _hashes.Add(file);
        foreach (var measure in contents.Measures) _measures.Add(measure);
        _hashing = Task.Run(HashLoadsAsync);
    }

    internal ContentMeasure? Find(IReadOnlyList<StampedFile> files) =>
        _hashes.Find(files, isLenient: true) is { } content ? _measures.Find(content) : null;

    /// <inheritdoc cref="IContentHashes.HashOf"/>
    internal string? HashOf(IReadOnlyList<StampedFile> files) => _hashes.Find(files);

    /// <inheritdoc cref="IContentHashes.HashAsync"/>
    internal async Task<string?> HashAsync(IReadOnlyList<StampedFile> files, CancellationToken cancellationToken)
    {
        // One at a time: who comes second finds what the first has read.
        await _turn.WaitAsync(cancellationToken);
        try
        {
            var hashed = await _hashes.HashAsync(files, cancellationToken);
            _writer.Gather(pending =>
            {
                foreach (var file in hashed) pending.Files[file.File.Path] = file;
            });
            return _hashes.Find(files);
        }
        finally
        {
            _turn.Release();
        }
    }

    /// <summary>Takes a load in, unless a thousand wait already.</summary>
    internal void Add(MeasuredLoad load) => _loads.Writer.TryWrite(load);

    /// <summary>Hashes what waits, until the limit is over.</summary>
    internal async Task EndAsync(TimeSpan limit, TimeProvider time)
    {
        _loads.Writer.TryComplete();
        try
        {
            await _hashing.WaitAsync(limit, time);
        }
        catch (TimeoutException)
        {
            await _ending.CancelAsync();
        }
    }

    private async Task HashLoadsAsync()
    {
        await foreach (var load in _loads.Reader.ReadAllAsync())
        {
            try
            {
                if (await HashAsync(load.Files, _ending.Token) is not { } content) continue;
                var latest = _measures.Add(
                    new Measure(content, load.At, load.PrivateBytes, load.MappedBytes, load.LoadTime));
                _writer.Gather(pending => pending.Measures[content] = latest);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                _log.ContentNotHashed(e.Message);
            }
            catch (OperationCanceledException) when (_ending.IsCancellationRequested)
            {
                return;
            }
            catch (Exception e)
            {
                // Whatever one load brings about, the sizes of later ones are kept.
                _log.HashingCrashed(e);
            }
        }
    }
}
