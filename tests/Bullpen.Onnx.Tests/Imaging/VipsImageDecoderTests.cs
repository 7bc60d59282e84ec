using Bullpen.Core.Inputs;
using Bullpen.Core.Tensors;
using Bullpen.Imaging;

namespace Bullpen.Onnx.Tests.Imaging;

public sealed class VipsImageDecoderTests
{
    private static readonly ImageSize AsItIs = new(Width: null, Height: null, MaxSide: 4096);

    private readonly VipsImageDecoder _decoder = new(new ImagingOptions());

    [Theory]
    [InlineData("baseline.jpg", 8)]
    [InlineData("progressive.jpg", 8)]
    [InlineData("rgb.png", 0)]
    [InlineData("interlaced.png", 0)]
    [InlineData("palette.png", 2)]
    [InlineData("lossless.webp", 0)]
    [InlineData("lossy.webp", 24)]
    [InlineData("still.gif", 2)]
    [InlineData("animated.gif", 2)]
    [InlineData("animated.webp", 0)]
    public void Every_format_gives_the_pixels_of_its_first_frame(string file, int tolerance) =>
        ShouldShow(Decode(file), tolerance, [255, 0, 0], [0, 255, 0], [0, 0, 255], [255, 255, 255]);

    [Theory]
    [InlineData("grey.jpg", 4)]
    [InlineData("grey.png", 0)]
    public void Grey_becomes_three_equal_channels(string file, int tolerance) =>
        ShouldShow(Decode(file), tolerance, [0, 0, 0], [0x55, 0x55, 0x55], [0xAA, 0xAA, 0xAA], [255, 255, 255]);

    [Theory]
    [InlineData("alpha.png")]
    [InlineData("alpha.webp")]
    public void Alpha_is_flattened_onto_white(string file) =>
        ShouldShow(Decode(file), 1, [255, 0, 0], [127, 255, 127], [255, 255, 255], [255, 255, 255]);

    [Fact]
    public void Grey_with_alpha_is_flattened_onto_white() =>
        ShouldShow(Decode("grey-alpha.png"), 1, [0, 0, 0], [127, 127, 127], [255, 255, 255], [255, 255, 255]);

    [Fact]
    public void Alpha_that_is_shrunk_keeps_hidden_colours_out_of_its_edges()
    {
        var tensor = _decoder.Decode(Pictures.File("alpha.png"), new ImageSize(16, 12, 4096));
        ShouldShow(tensor, 2, [255, 0, 0], [127, 255, 127], [255, 255, 255], [255, 255, 255]);
    }

    [Fact]
    public void Sixteen_bits_a_channel_become_eight()
    {
        ShouldShow(Decode("rgb-16.png"), 1, [255, 0, 0], [0, 255, 0], [0, 0, 255], [128, 128, 128]);
        ShouldShow(Decode("grey-16.png"), 1, [0, 0, 0], [64, 64, 64], [128, 128, 128], [255, 255, 255]);
    }

    [Fact]
    public void Cmyk_becomes_srgb()
    {
        var tensor = Decode("cmyk.jpg");
        var (red, green, blue) = (Quadrant(tensor, 0), Quadrant(tensor, 1), Quadrant(tensor, 2));
        (red[0] > red[1] + 80 && red[0] > red[2] + 80).ShouldBeTrue($"red: {string.Join(',', red)}");
        (green[1] > green[0] + 80 && green[1] > green[2] + 40).ShouldBeTrue($"green: {string.Join(',', green)}");
        (blue[2] > blue[0] + 40 && blue[2] > blue[1] + 40).ShouldBeTrue($"blue: {string.Join(',', blue)}");
        Quadrant(tensor, 3).ShouldAllBe(value => value > 245);
    }

    [Fact]
    public void A_jpeg_with_a_gain_map_is_the_plain_picture_in_it()
    {
        var tensor = Decode("ultra-hdr.jpg");
        tensor.Shape.ShouldBe(new TensorShape(48, 64, 3));
        for (var channel = 0; channel < 3; channel++)
        {
            var quadrant = Quadrant(tensor, channel);
            quadrant[channel].ShouldBeGreaterThan(100);
            (quadrant.Sum() - quadrant[channel]).ShouldBeLessThan(20, "the other two channels are dark");
        }
    }

    [Fact]
    public void An_embedded_profile_is_converted_to_srgb()
    {
        // Display P3 (200, 100, 100) is sRGB (215, 93, 97): computed from the primaries of both, same transfer curve.
        int[] expected = [215, 93, 97];
        ShouldShow(Decode("display-p3.png"), 3, expected, expected, expected, expected);
    }

    [Fact]
    public void A_profile_that_is_no_profile_is_passed_over()
    {
        var jpeg = Pictures.WithSegment(Pictures.File("baseline.jpg"), 0xE2, [.. "ICC_PROFILE\0"u8, 1, 1, .. new byte[200]]);
        ShouldShow(_decoder.Decode(jpeg, AsItIs), 8, [255, 0, 0], [0, 255, 0], [0, 0, 255], [255, 255, 255]);
    }

    [Theory]
    [InlineData(1, "RGBW")]
    [InlineData(2, "GRWB")]
    [InlineData(3, "WBGR")]
    [InlineData(4, "BWRG")]
    [InlineData(5, "RBGW")]
    [InlineData(6, "BRWG")]
    [InlineData(7, "WGBR")]
    [InlineData(8, "GWRB")]
    public void Exif_orientation_is_applied(int orientation, string quadrants)
    {
        var tensor = Decode($"orientation-{orientation}.jpg");
        tensor.Shape.ShouldBe(orientation >= 5 ? new TensorShape(64, 48, 3) : new TensorShape(48, 64, 3));
        ShouldShow(tensor, 8, [.. quadrants.Select(ColourOf)]);
    }

    [Fact]
    public void An_exact_size_is_of_the_upright_image()
    {
        var tensor = _decoder.Decode(Pictures.File("orientation-6.jpg"), new ImageSize(20, 30, 4096));
        tensor.Shape.ShouldBe(new TensorShape(30, 20, 3));
        ShouldShow(tensor, 8, [.. "BRWG".Select(ColourOf)]);
    }

    [Fact]
    public void One_pixel_is_an_image() =>
        Decode("one-pixel.png").Bytes.ToArray().ShouldBe(new byte[] { 255, 0, 0 });

    [Theory]
    [InlineData(224, 224)]
    [InlineData(7, 90)]
    [InlineData(64, 48)]
    [InlineData(1, 1)]
    public void An_exact_size_is_kept_to_whatever_the_aspect(int width, int height)
    {
        foreach (var file in new[] { "baseline.jpg", "rgb.png", "lossy.webp", "still.gif" })
        {
            _decoder.Decode(Pictures.File(file), new ImageSize(width, height, 16)).Shape.ShouldBe(new TensorShape(height, width, 3), file);
        }
    }

    [Fact]
    public void A_larger_image_is_shrunk_to_the_longest_side_and_a_smaller_one_is_left()
    {
        var encoded = Pictures.File("baseline.jpg");
        _decoder.Decode(encoded, new ImageSize(null, null, 32)).Shape.ShouldBe(new TensorShape(24, 32, 3));
        _decoder.Decode(encoded, new ImageSize(null, null, 64)).Shape.ShouldBe(new TensorShape(48, 64, 3));
        _decoder.Decode(encoded, new ImageSize(null, null, 65)).Shape.ShouldBe(new TensorShape(48, 64, 3));
    }

    [Fact]
    public void A_size_of_no_pixels_is_the_callers_mistake()
    {
        var encoded = Pictures.File("rgb.png");
        Should.Throw<ArgumentOutOfRangeException>(() => _decoder.Decode(encoded, new ImageSize(0, 10, 10)));
        Should.Throw<ArgumentOutOfRangeException>(() => _decoder.Decode(encoded, new ImageSize(10, -1, 10)));
        Should.Throw<ArgumentOutOfRangeException>(() => _decoder.Decode(encoded, new ImageSize(null, null, 0)));
    }

    [Fact]
    public void The_input_may_be_a_slice_of_a_larger_buffer()
    {
        var encoded = Pictures.File("baseline.jpg");
        byte[] buffer = [.. new byte[100], .. encoded, .. new byte[100]];
        _decoder.Decode(buffer.AsMemory(100, encoded.Length), AsItIs).Bytes.ToArray().ShouldBe(Decode("baseline.jpg").Bytes.ToArray());
    }

    private static int[] ColourOf(char name) => name switch
    {
        'R' => [255, 0, 0],
        'G' => [0, 255, 0],
        'B' => [0, 0, 255],
        _ => [255, 255, 255],
    };

    private static int[] Quadrant(Tensor tensor, int index)
    {
        var (height, width) = ((int)tensor.Shape.Dimensions[0], (int)tensor.Shape.Dimensions[1]);
        var (x, y) = (width * (1 + (2 * (index % 2))) / 4, height * (1 + (2 * (index / 2))) / 4);
        return [.. tensor.Bytes.Slice(((y * width) + x) * 3, 3).ToArray().Select(value => (int)value)];
    }

    private static void ShouldShow(Tensor tensor, int tolerance, params int[][] quadrants)
    {
        tensor.Type.ShouldBe(ElementType.UInt8);
        for (var index = 0; index < quadrants.Length; index++)
        {
            var actual = Quadrant(tensor, index);
            for (var channel = 0; channel < 3; channel++)
                actual[channel].ShouldBeInRange(
                    quadrants[index][channel] - tolerance,
                    quadrants[index][channel] + tolerance,
                    $"quadrant {index}: {string.Join(',', actual)}");
        }
    }

    private Tensor Decode(string file) => _decoder.Decode(Pictures.File(file), AsItIs);
}
