using System.Buffers.Binary;

namespace Bullpen.Sources.Archives;

/// <summary>
/// Watches the headers of a tar stream as they are read, so that no extended header (pax <c>x</c>, <c>g</c>; GNU <c>L</c>,
/// <c>K</c>) larger than the limit is read into memory by the framework's reader, which takes any. Source of the layout:
/// POSIX.1-2001 pax, "ustar Interchange Format"; GNU tar manual, "Basic Tar Format".
/// </summary>
internal sealed class TarHeaderGuard(Stream inner) : Stream
{
    private const int Block = 512;
    private const int SizeAt = 124;
    private const int SizeLength = 12;
    private const int TypeAt = 156;

    private readonly byte[] _header = new byte[Block];
    private long _position;
    private long _nextHeader = long.MaxValue;
    private long _overhead;

    /// <summary>True once a block of zeros came in the place of a header: the end of a whole archive, which the reader does not ask for.</summary>
    internal bool HasEnded { get; private set; }

    /// <summary>To be called before the reader looks for an entry, when it has read the one before to its end.</summary>
    internal void ExpectHeader()
    {
        _nextHeader = (_position + Block - 1) / Block * Block;
        _overhead = 0;
    }

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => _position; set => throw new NotSupportedException(); }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    public override int Read(Span<byte> buffer)
    {
        var read = inner.Read(buffer);
        Watch(buffer[..read]);
        return read;
    }

    private void Watch(ReadOnlySpan<byte> bytes)
    {
        while (bytes.Length > 0)
        {
            if (_position < _nextHeader)
            {
                var skipped = (int)Math.Min(bytes.Length, _nextHeader - _position);
                _position += skipped;
                bytes = bytes[skipped..];
                continue;
            }

            var at = (int)(_position - _nextHeader);
            var taken = Math.Min(bytes.Length, Block - at);
            bytes[..taken].CopyTo(_header.AsSpan(at));
            _position += taken;
            bytes = bytes[taken..];
            if (at + taken == Block) Judge();
        }
    }

    /// <summary>Where the next header is after this one; none after that of a file, whose length the reader decides.</summary>
    private void Judge()
    {
        HasEnded = !_header.AsSpan().ContainsAnyExcept((byte)0);
        if (_header[TypeAt] is not ((byte)'x' or (byte)'g' or (byte)'L' or (byte)'K'))
        {
            _nextHeader = long.MaxValue;
            return;
        }

        var size = Size();
        _overhead += Block + size;
        if (size < 0 || _overhead > ArchiveLimits.Overhead.TarHeader)
            throw ArchiveException.Whole($"an entry has more than {ArchiveLimits.Overhead.TarHeader:N0} bytes of headers");
        _nextHeader = _position + (size + Block - 1) / Block * Block;
    }

    /// <summary>Octal digits, or where the first bit is set a big-endian number; -1 for what no header needs.</summary>
    private long Size()
    {
        ReadOnlySpan<byte> field = _header.AsSpan(SizeAt, SizeLength);
        if ((field[0] & 0x80) != 0)
            return field[..4].SequenceEqual((ReadOnlySpan<byte>)[0x80, 0, 0, 0]) ? BinaryPrimitives.ReadInt64BigEndian(field[4..]) is >= 0 and < int.MaxValue and var size ? size : -1 : -1;
        long octal = 0;
        foreach (var digit in field.Trim((byte)' '))
        {
            if (digit is 0 or (byte)' ') break;
            if (digit is < (byte)'0' or > (byte)'7') return -1;
            octal = octal * 8 + (digit - '0');
        }

        return octal;
    }

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
