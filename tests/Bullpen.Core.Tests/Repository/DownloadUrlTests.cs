using Bullpen.Core.Repository;

namespace Bullpen.Core.Tests.Repository;

/// <summary>Which urls may be downloaded: what two parsers could read differently is refused, and prefixes are no text.</summary>
public sealed class DownloadUrlTests
{
    [Theory]
    [InlineData("https://a.example", "https://a.example/m.mar")]
    [InlineData("https://a.example/", "https://A.EXAMPLE:443/deep/m.mar?x=../..")]
    [InlineData("https://a.example/models", "https://a.example/models/m.mar")]
    [InlineData("https://a.example/models/", "https://a.example/models")]
    [InlineData("http://a.example:8081/a,https://b.example/b", "https://b.example/b/c")]
    [InlineData("http://127.0.0.1:9000", "http://127.0.0.1:9000/m")]
    [InlineData("http://[::1]:9000", "http://[::1]:9000/m")]
    [InlineData("https://a.example/a%20b", "https://a.example/a%20b/m.mar")]
    public void A_url_below_a_prefix_is_allowed(string prefixes, string url) => Allows(prefixes, url).ShouldBeTrue();

    [Theory]
    [InlineData("https://a.example", "http://a.example/m.mar")]
    [InlineData("https://a.example", "https://a.example:8443/m.mar")]
    [InlineData("https://a.example", "https://a.example.evil/m.mar")]
    [InlineData("https://a.example", "https://evil.a.example/m.mar")]
    [InlineData("https://a.example", "https://a.example./m.mar")]
    [InlineData("https://a.example/models", "https://a.example/models-evil/m.mar")]
    [InlineData("https://a.example/models", "https://a.example/MODELS/m.mar")]
    [InlineData("https://a.example/models", "https://a.example/")]
    [InlineData("https://a.example/models", "https://a.example/?/models/")]
    [InlineData("", "https://a.example/m.mar")]
    public void A_url_beside_every_prefix_is_not(string prefixes, string url) => Allows(prefixes, url).ShouldBeFalse();

    [Theory]
    [InlineData("https://a.example@evil/m.mar", "user name")]
    [InlineData("https://user:secret@a.example/m.mar", "user name")]
    [InlineData("https://a.example\\@evil/m.mar", "must be encoded")]
    [InlineData("https://a.example/ m.mar", "must be encoded")]
    [InlineData("https://a.example/\tm.mar", "must be encoded")]
    [InlineData("https://a.example/\0m.mar", "must be encoded")]
    [InlineData("https://ä.example/m.mar", "must be encoded")]
    [InlineData("https://a%2eexample/m.mar", "host is encoded")]
    [InlineData("https://a.example/models/../secret", "a dot or two")]
    [InlineData("https://a.example/models/./m", "a dot or two")]
    [InlineData("https://a.example/models/..;x/secret", "a dot or two")]
    [InlineData("https://a.example/models/%2e%2E/secret", "encoded dot")]
    [InlineData("https://a.example/models/..%2fsecret", "encoded dot")]
    [InlineData("https://a.example/models%2f..%2fsecret", "encoded dot")]
    [InlineData("https://a.example/models/%5c", "encoded dot")]
    [InlineData("https://a.example/models/%252e%252e/secret", "encoded dot")]
    [InlineData("https://a.example/models/%00", "encoded dot")]
    [InlineData("https://a.example/models/%zz", "encodes nothing")]
    [InlineData("https://a.example/models/%2", "encodes nothing")]
    [InlineData("http://2130706433/m", "another form than 127.0.0.1")]
    [InlineData("http://0x7f.1/m", "another form than 127.0.0.1")]
    [InlineData("http://127.1/m", "another form than 127.0.0.1")]
    [InlineData("http:///m", "no valid url")]
    [InlineData("https://a.example/m#part", "#sha256=")]
    [InlineData("https://a.example/m#sha256=abc", "#sha256=")]
    [InlineData("ftp://a.example/m", "no http or https url")]
    public void A_url_that_could_be_read_in_two_ways_is_refused(string url, string reason)
    {
        DownloadUrl.Parse(url, out var fault).ShouldBeNull();
        fault.ShouldContain(reason);
    }

    [Fact]
    public void A_hash_is_taken_from_the_fragment_and_not_sent()
    {
        var url = DownloadUrl.Parse($"https://a.example/m.mar?x=1#sha256={new string('A', 64)}", out _)!;

        url.Sha256.ShouldBe(new string('a', 64));
        url.Address.AbsoluteUri.ShouldBe("https://a.example/m.mar?x=1");
    }

    [Theory]
    [InlineData("https://user:secret@a.example/m.mar?token=secret#sha256=x", "https://a.example/m.mar")]
    [InlineData("https://a.example/m@2.mar", "https://a.example/m@2.mar")]
    [InlineData("https://secret@a.example", "https://a.example")]
    [InlineData("https://secret", "https://secret")]
    [InlineData("http://", "http://")]
    [InlineData("s3://key:secret@bucket/m?token=secret", "s3://bucket/m")]
    [InlineData("a?b#c", "a?b#c")]
    public void What_is_shown_of_a_url_holds_no_secret(string url, string shown) => SourceUrl.Shown(url).ShouldBe(shown);

    [Theory]
    [InlineData("https://a.example/x?y")]
    [InlineData("https://a.example/x#y")]
    [InlineData("https://user@a.example/")]
    [InlineData("a.example")]
    [InlineData("https://a.example/,*")]
    [InlineData("s3://a.example/")]
    public void A_prefix_is_a_plain_url(string prefixes) => AllowedUrls.TryParse(prefixes, out _).ShouldBeFalse();

    private static bool Allows(string prefixes, string url)
    {
        AllowedUrls.TryParse(prefixes, out var allowed).ShouldBeTrue();
        return allowed.Find(DownloadUrl.Parse(url, out var fault).ShouldNotBeNull(fault).Address) is not null;
    }
}
