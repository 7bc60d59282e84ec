using Bullpen.Imaging;

namespace Bullpen.Onnx.Tests.Imaging;

public sealed class VipsErrorTextTests
{
    [Fact]
    public void The_first_complaint_of_the_formats_own_loader_is_the_reason() =>
        VipsErrorText.Reason(ImageFormat.Jpeg, "VipsJpeg: premature end of JPEG image\njpegload_buffer: load error\n")
            .ShouldBe("premature end of JPEG image");

    [Fact]
    public void Lines_of_another_requests_format_are_passed_over()
    {
        const string Log = "vipspng: libpng read error\nVipsJpeg: premature end of JPEG image\n";
        VipsErrorText.Reason(ImageFormat.Jpeg, Log).ShouldBe("premature end of JPEG image");
        VipsErrorText.Reason(ImageFormat.Png, Log).ShouldBe("libpng read error");
        VipsErrorText.Reason(ImageFormat.WebP, Log).ShouldBeNull();
    }

    [Theory]
    [InlineData("")]
    [InlineData("\n\n")]
    [InlineData("no domain at all")]
    [InlineData("gifload: ...")]
    public void A_log_that_says_nothing_gives_no_reason(string log) => VipsErrorText.Reason(ImageFormat.Gif, log).ShouldBeNull();

    [Fact]
    public void Addresses_control_characters_and_excess_are_taken_out()
    {
        VipsErrorText.Reason(ImageFormat.Gif, "gifload_buffer: frame\u0007 at 0x7f00ab12 is bad.").ShouldBe("frame at  is bad");
        VipsErrorText.Reason(ImageFormat.Gif, "gifload_buffer: " + new string('x', 5000))!.Length.ShouldBe(120);
    }
}
