using Bullpen.Onnx.Graphs;
using Bullpen.TestKit;

namespace Bullpen.Onnx.Tests.Graphs;

public sealed class BlockChecksumTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    /// <summary>Lengths around words, groups of four words, and blocks.</summary>
    [Theory]
    [InlineData(1)]
    [InlineData(31)]
    [InlineData(32)]
    [InlineData(1_048_575)]
    [InlineData(1_048_576)]
    [InlineData(2_500_001)]
    public void A_bit_anywhere_changes_it(int length)
    {
        var bytes = new byte[length];
        new Random(length).NextBytes(bytes);
        var seen = new HashSet<string> { Of(bytes) };
        foreach (var at in new[] { 0, length / 3, length / 2, length - 1 }.Distinct())
        {
            bytes[at] ^= 0x40;
            seen.Add(Of(bytes)).ShouldBeTrue($"byte {at}");
        }
    }

    [Fact]
    public void A_byte_more_or_less_changes_it() => Of(new byte[100]).ShouldNotBe(Of([.. new byte[99], 1]));

    [Fact]
    public void It_is_crc_32c_in_its_first_lane()
    {
        // RFC 3720, appendix B.4, without the initial and the final complement.
        Of("123456789"u8)[..8].ShouldBe("58e3fa20");
    }

    private string Of(ReadOnlySpan<byte> bytes) => BlockChecksum.Of(_folder.Write("file", bytes), CancellationToken.None);
}
