using Bullpen.Core.Runtimes;
using Bullpen.Onnx.Native;

namespace Bullpen.Onnx;

/// <summary>
/// Measures what a load allocates: the growth of malloc's bytes in use, which managed memory is no part of. Since the
/// count is the whole process's, a measurement is thrown away when another load or unload was under way at any time
/// during it. How wrong the rest can be: docs/decisions/measuring-memory.md.
/// </summary>
internal sealed class MemoryMeter
{
    /// <summary>Less than any session takes: 64 KiB for a model of one operator.</summary>
    private const long SmallestSession = 16 * 1024;

    private readonly Lock _gate = new();
    private int _underWay;
    private long _begun;

    /// <summary>Announces that a load or an unload begins; dispose the measurement when it has ended.</summary>
    public Measurement Begin()
    {
        lock (_gate)
        {
            var isAlone = _underWay++ == 0;
            _begun++;
            return new Measurement(this, isAlone && Glibc.CanCountBytes, _begun);
        }
    }

    /// <summary>One load or unload under way.</summary>
    internal sealed class Measurement(MemoryMeter meter, bool isAlone, long number) : IDisposable
    {
        private readonly long _before = isAlone ? Glibc.AllocatedBytes() : 0;

        /// <summary>
        /// The growth since the beginning; null where it could not be measured. A growth below <paramref name="least"/> (a
        /// model's file: weights do not shrink) means that something else was freed.
        /// </summary>
        public long? Growth(long least = 0)
        {
            if (!isAlone) return null;
            var grown = Glibc.AllocatedBytes() - _before;
            return grown >= Math.Max(least, SmallestSession) && IsLatest() ? grown : null;
        }

        /// <summary>The growth as the footprint of a model that maps nothing, or <paramref name="estimate"/>.</summary>
        public ModelFootprint FootprintOr(long estimate, long least = 0) =>
            Growth(least) is { } grown ? new ModelFootprint(grown, 0, IsMeasured: true) : new ModelFootprint(estimate, 0, IsMeasured: false);

        /// <summary>By how much the count rose since the beginning, or null where it could not be measured or fell.</summary>
        public long? GrownOrNull() =>
            isAlone && Glibc.AllocatedBytes() - _before is var grown and >= 0 && IsLatest() ? grown : null;

        /// <summary>
        /// By how much the count fell since the beginning, or null where it could not be measured; a count that rose means that
        /// something else allocated.
        /// </summary>
        public long? ReturnedOrNull() =>
            isAlone && _before - Glibc.AllocatedBytes() is var fallen and >= 0 && IsLatest() ? fallen : null;

        /// <inheritdoc/>
        public void Dispose()
        {
            lock (meter._gate) meter._underWay--;
        }

        private bool IsLatest()
        {
            lock (meter._gate) return meter._begun == number;
        }
    }
}
