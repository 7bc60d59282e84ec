using Bullpen.Core.Models;

namespace Bullpen.Core.Tests.Models;

public sealed class KeepAliveTests
{
    [Theory]
    [InlineData("5m", 300)]
    [InlineData("300", 300)]
    [InlineData(" 1.5s ", 1.5)]
    [InlineData("24h", 86400)]
    [InlineData("0", 0)]
    public void A_time_is_read_as_people_and_programs_write_it(string text, double seconds)
    {
        KeepAlive.TryParse(text, out var keepAlive).ShouldBeTrue();

        keepAlive.Time.ShouldBe(TimeSpan.FromSeconds(seconds));
    }

    [Fact]
    public void Minus_one_keeps_until_told_otherwise()
    {
        KeepAlive.TryParse("-1", out var keepAlive).ShouldBeTrue();

        keepAlive.ShouldBe(KeepAlive.Forever);
    }

    [Theory]
    [InlineData("")]
    [InlineData("-2")]
    [InlineData("25h")]
    [InlineData("soon")]
    [InlineData("NaN")]
    [InlineData("Infinity")]
    [InlineData("1e3")]
    public void Anything_else_is_refused(string text) => KeepAlive.TryParse(text, out _).ShouldBeFalse();
}
