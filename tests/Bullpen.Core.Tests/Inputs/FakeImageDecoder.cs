using Bullpen.Core.Inputs;
using Bullpen.Core.Tensors;

namespace Bullpen.Core.Tests.Inputs;

/// <summary>Decodes anything that begins with IMG to an image of the size wanted, else of height 2 and width 3; its first pixel is the fourth byte.</summary>
internal sealed class FakeImageDecoder : IImageDecoder
{
    public List<ImageSize> Sizes { get; } = [];

    public static byte[] Image(byte pixel, int length = 40)
    {
        var encoded = new byte[length];
        "IMG"u8.CopyTo(encoded);
        encoded[3] = pixel;
        return encoded;
    }

    public Tensor Decode(ReadOnlyMemory<byte> encoded, ImageSize size)
    {
        Sizes.Add(size);
        if (!encoded.Span.StartsWith("IMG"u8)) throw new ImageDecodingException("It is not a JPEG, PNG, WebP or GIF.");
        var (height, width) = (size.Height ?? 2, size.Width ?? (encoded.Length > 40 ? 4 : 3));
        var pixels = new byte[height * width * 3];
        pixels[0] = encoded.Span[3];
        return Tensor.FromBytes(ElementType.UInt8, new TensorShape(height, width, 3), pixels);
    }
}
