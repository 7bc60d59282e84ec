using System.Net;
using Bullpen.Core.Repository;
using Bullpen.Sources.Downloads;

namespace Bullpen.Tests.Sources;

/// <summary>Which addresses a download may connect to.</summary>
public sealed class AddressRuleTests
{
    [Theory]
    [InlineData("93.184.216.34")]
    [InlineData("172.32.0.1")]
    [InlineData("2606:2800:220:1::1")]
    [InlineData("2001:4860:4860::8888")]
    [InlineData("2001:200::1")]
    [InlineData("::ffff:93.184.216.34")]
    public void Public_addresses_are_allowed(string address) => Allows(address, "https://a.example").ShouldBeTrue();

    [Theory]
    [InlineData("127.0.0.1")]
    [InlineData("127.255.255.254")]
    [InlineData("10.0.0.1")]
    [InlineData("172.16.0.1")]
    [InlineData("172.31.255.255")]
    [InlineData("192.168.1.1")]
    [InlineData("100.64.0.1")]
    [InlineData("::1")]
    [InlineData("fd00::1")]
    [InlineData("::ffff:127.0.0.1")]
    [InlineData("::ffff:10.0.0.1")]
    [InlineData("64:ff9b::10.0.0.1")]
    [InlineData("2002:7f00:1::")]
    [InlineData("::127.0.0.1")]
    public void Private_addresses_are_allowed_only_where_the_operator_says_so(string address)
    {
        Allows(address, "https://a.example").ShouldBeFalse();
        Allows(address, "https://a.example", allowPrivate: true).ShouldBeTrue();
    }

    [Theory]
    [InlineData("169.254.169.254")]
    [InlineData("::ffff:169.254.169.254")]
    [InlineData("64:ff9b::169.254.169.254")]
    [InlineData("0.0.0.0")]
    [InlineData("224.0.0.1")]
    [InlineData("255.255.255.255")]
    [InlineData("::")]
    [InlineData("fe80::1")]
    [InlineData("ff02::1")]
    [InlineData("64:ff9b:1::10.0.0.1")]
    [InlineData("2001::1")]
    [InlineData("2001:1ff::1")]
    [InlineData("100::1")]
    [InlineData("::ffff:0:127.0.0.1")]
    [InlineData("192.88.99.1")]
    public void Link_local_multicast_and_the_like_never_are_by_name(string address) =>
        Allows(address, "https://a.example", allowPrivate: true).ShouldBeFalse();

    [Theory]
    [InlineData("10.0.0.1", "http://10.0.0.1", true)]
    [InlineData("10.0.0.2", "http://10.0.0.1", false)]
    [InlineData("::1", "http://[::1]", true)]
    [InlineData("169.254.169.254", "http://169.254.169.254", true)]
    [InlineData("127.0.0.1", "http://localhost", true)]
    [InlineData("::1", "http://localhost", true)]
    [InlineData("10.0.0.1", "http://localhost", false)]
    public void An_address_in_the_allow_list_is_that_very_address_and_localhost_is_loopback(string address, string entry, bool isAllowed) =>
        Allows(address, entry).ShouldBe(isAllowed);

    private static bool Allows(string address, string entry, bool allowPrivate = false) =>
        AddressRule.Allows(IPAddress.Parse(address), new AllowedUrl(new Uri(entry)), allowPrivate);
}
