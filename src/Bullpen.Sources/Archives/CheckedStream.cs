namespace Bullpen.Sources.Archives;

/// <summary>
/// A stream for reading that compares the CRC-32 of all it gave with the one that was promised, at the end: the framework's
/// zip reader does not. Polynomial and bit order: APPNOTE.TXT 4.4.7.
/// </summary>
internal sealed class CheckedStream(Stream inner, uint promised) : Stream
{
    private static readonly uint[] Table = MakeTable();

    private uint _crc = uint.MaxValue;

    public override bool CanRead => true;

    public override bool CanSeek => false;

    public override bool CanWrite => false;

    public override long Length => throw new NotSupportedException();

    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    public override int Read(byte[] buffer, int offset, int count) => Read(buffer.AsSpan(offset, count));

    /// <exception cref="InvalidDataException">At the end, where the sums differ.</exception>
    public override int Read(Span<byte> buffer)
    {
        var read = inner.Read(buffer);
        foreach (var value in buffer[..read]) _crc = Table[(byte)(_crc ^ value)] ^ (_crc >> 8);
        if (read == 0 && buffer.Length > 0 && ~_crc != promised) throw new InvalidDataException("The checksum of an entry is wrong.");
        return read;
    }

    protected override void Dispose(bool disposing)
    {
        if (disposing) inner.Dispose();
        base.Dispose(disposing);
    }

    private static uint[] MakeTable()
    {
        var table = new uint[256];
        for (var index = 0u; index < table.Length; index++)
        {
            var value = index;
            for (var bit = 0; bit < 8; bit++) value = (value & 1) == 0 ? value >> 1 : (value >> 1) ^ 0xEDB88320;
            table[index] = value;
        }

        return table;
    }

    public override void Flush()
    {
    }

    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    public override void SetLength(long value) => throw new NotSupportedException();

    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}
