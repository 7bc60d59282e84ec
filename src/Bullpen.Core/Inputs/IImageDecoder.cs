using Bullpen.Core.Tensors;

namespace Bullpen.Core.Inputs;

/// <summary>Turns an encoded image into pixels: the port that Bullpen.Imaging implements. Called from many threads at once.</summary>
public interface IImageDecoder
{
    /// <summary>Decodes an image, upright (orientation applied), in sRGB, alpha flattened onto white.</summary>
    /// <param name="encoded">JPEG, PNG, WebP or GIF (first frame).</param>
    /// <param name="size">The size wanted.</param>
    /// <returns>uint8 [height, width, 3].</returns>
    /// <exception cref="ImageDecodingException">The bytes are not such an image, are damaged, or are over a limit; the message names it.</exception>
    /// <exception cref="ServingException">Not supported: there is no decoder for the platform that the server runs on.</exception>
    Tensor Decode(ReadOnlyMemory<byte> encoded, ImageSize size);
}
