using System.Net;
using System.Net.Sockets;
using Bullpen.Core.Repository;

namespace Bullpen.Sources.Downloads;

/// <summary>
/// Which addresses a download may connect to: public ones. An allow-list entry whose host is an IP address allows that very
/// address, one whose host is <c>localhost</c> allows loopback. Ranges: the IANA special-purpose address registries.
/// </summary>
internal static class AddressRule
{
    private static readonly IPNetwork[] Private =
    [
        IPNetwork.Parse("10.0.0.0/8"), IPNetwork.Parse("172.16.0.0/12"), IPNetwork.Parse("192.168.0.0/16"), IPNetwork.Parse("100.64.0.0/10"),
        IPNetwork.Parse("127.0.0.0/8"), IPNetwork.Parse("::1/128"), IPNetwork.Parse("fc00::/7"),
    ];

    private static readonly IPNetwork[] Never =
    [
        IPNetwork.Parse("0.0.0.0/8"), IPNetwork.Parse("169.254.0.0/16"), IPNetwork.Parse("192.0.0.0/24"), IPNetwork.Parse("192.88.99.0/24"), IPNetwork.Parse("198.18.0.0/15"),
        IPNetwork.Parse("224.0.0.0/4"), IPNetwork.Parse("240.0.0.0/4"),
        IPNetwork.Parse("::/128"), IPNetwork.Parse("fe80::/10"), IPNetwork.Parse("fec0::/10"), IPNetwork.Parse("ff00::/8"),

        // Translators and tunnels, whose far end the address does not tell or the network chooses; discard-only.
        IPNetwork.Parse("64:ff9b:1::/48"), IPNetwork.Parse("2001::/23"), IPNetwork.Parse("100::/64"), IPNetwork.Parse("::ffff:0:0:0/96"),
    ];

    private static readonly IPNetwork Nat64 = IPNetwork.Parse("64:ff9b::/96");
    private static readonly IPNetwork SixToFour = IPNetwork.Parse("2002::/16");
    private static readonly IPNetwork Compatible = IPNetwork.Parse("::/96");

    /// <summary>True where a download below <paramref name="entry"/> may connect to an address.</summary>
    internal static bool Allows(IPAddress address, AllowedUrl entry, bool allowPrivate)
    {
        var plain = Plain(address);
        if (IPAddress.TryParse(entry.Prefix.IdnHost, out var literal)) return Plain(literal).Equals(plain);
        if (Never.Any(range => range.Contains(plain))) return false;
        if (!Private.Any(range => range.Contains(plain))) return true;
        return allowPrivate || (IPAddress.IsLoopback(plain) && entry.Prefix.Host.Equals("localhost", StringComparison.OrdinalIgnoreCase));
    }

    /// <summary>The IPv4 address that an IPv6 address stands for, where it does.</summary>
    private static IPAddress Plain(IPAddress address)
    {
        if (address.IsIPv4MappedToIPv6) return address.MapToIPv4();
        if (address.AddressFamily != AddressFamily.InterNetworkV6) return address;
        ReadOnlySpan<byte> bytes = address.GetAddressBytes();
        if (Nat64.Contains(address)) return new IPAddress(bytes[12..]);
        if (SixToFour.Contains(address)) return new IPAddress(bytes.Slice(2, 4));
        // The old ::a.b.c.d, but not :: and ::1.
        return Compatible.Contains(address) && (bytes[12] | bytes[13] | bytes[14]) != 0 ? new IPAddress(bytes[12..]) : address;
    }
}
