namespace Bullpen.Http;

/// <summary>
/// What an inflating stream reads from. Those streams take the end of their input for the end of the data, wherever it comes: a body that
/// lacks its last bytes would pass with its checksum unread. Who has all of it asks for no more; so who asks at the end lacks something.
/// </summary>
/// <param name="input">The compressed bytes.</param>
/// <param name="mayHaveMembers">Whether more of the kind may follow the end (gzip, RFC 1952), so that who has all does ask, once.</param>
internal sealed class CompressedSource(Stream input, bool mayHaveMembers) : Stream
{
    /// <summary>No member begins with it. In place of a checksum's last byte it is wrong, or the byte that lacks.</summary>
    private const byte NoMember = 0xFF;

    private bool _isBegun;
    private bool _isProbed;

    /// <summary>Whether the input ended before the data: known when the inflating stream has ended.</summary>
    internal bool BreaksOff { get; private set; }

    /// <inheritdoc/>
    public override bool CanRead => true;

    /// <inheritdoc/>
    public override bool CanSeek => false;

    /// <inheritdoc/>
    public override bool CanWrite => false;

    /// <inheritdoc/>
    public override long Length => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Position { get => throw new NotSupportedException(); set => throw new NotSupportedException(); }

    /// <inheritdoc/>
    public override async ValueTask<int> ReadAsync(Memory<byte> buffer, CancellationToken cancellationToken = default)
    {
        var read = await input.ReadAsync(buffer, cancellationToken);
        if (read > 0 || buffer.IsEmpty)
        {
            _isBegun |= read > 0;
            return read;
        }

        if (mayHaveMembers && _isBegun && !_isProbed)
        {
            _isProbed = true;
            buffer.Span[0] = NoMember;
            return 1;
        }

        BreaksOff = _isBegun;
        return 0;
    }

    /// <inheritdoc/>
    public override Task<int> ReadAsync(byte[] buffer, int offset, int count, CancellationToken cancellationToken) =>
        ReadAsync(buffer.AsMemory(offset, count), cancellationToken).AsTask();

    /// <inheritdoc/>
    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override long Seek(long offset, SeekOrigin origin) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void SetLength(long value) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void Write(byte[] buffer, int offset, int count) => throw new NotSupportedException();

    /// <inheritdoc/>
    public override void Flush()
    {
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        if (disposing) input.Dispose();
        base.Dispose(disposing);
    }
}
