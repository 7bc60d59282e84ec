using Bullpen.Core.Inputs;
using Bullpen.Imaging;

namespace Bullpen.Onnx.Tests.Imaging;

public sealed class ImageHeaderTests
{
    [Theory]
    [InlineData(4000, 3000, 1024, 1024, 768)]
    [InlineData(3000, 4000, 1024, 768, 1024)]
    [InlineData(640, 480, 1024, 640, 480)]
    [InlineData(10_000, 2, 100, 100, 1)]
    [InlineData(1, 1, 1, 1, 1)]
    public void An_image_fits_within_the_longest_side_and_never_grows(int width, int height, int maxSide, int toWidth, int toHeight) =>
        Header(width, height).Fit(new ImageSize(null, null, maxSide)).ShouldBe((toWidth, toHeight));

    [Fact]
    public void A_side_that_is_asked_for_is_exact_and_the_other_as_it_would_be()
    {
        Header(4000, 3000).Fit(new ImageSize(224, 200, 1024)).ShouldBe((224, 200));
        Header(4000, 3000).Fit(new ImageSize(224, null, 1024)).ShouldBe((224, 768));
        Header(4000, 3000).Fit(new ImageSize(null, 9000, 1024)).ShouldBe((1024, 9000));
    }

    [Fact]
    public void Sides_are_those_of_the_upright_image() =>
        new ImageHeader(4000, 3000, SwapsSides: true, HasProfile: false).Fit(new ImageSize(null, null, 400)).ShouldBe((300, 400));

    private static ImageHeader Header(int width, int height) => new(width, height, SwapsSides: false, HasProfile: false);
}
