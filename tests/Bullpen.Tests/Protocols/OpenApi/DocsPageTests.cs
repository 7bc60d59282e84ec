using System.Text.RegularExpressions;

namespace Bullpen.Tests.Protocols.OpenApi;

/// <summary>The page of the server's routes, as it is handed out.</summary>
public sealed class DocsPageTests(SampleServer sample) : IClassFixture<SampleServer>
{
    [Theory]
    [InlineData("/docs", "text/html")]
    [InlineData("/docs/docs.css", "text/css")]
    [InlineData("/docs/docs.js", "text/javascript")]
    public async Task Each_part_is_there_and_asks_no_other_host(string path, string type)
    {
        using var response = await sample.Server.Client.GetAsync(path);
        var text = await response.Content.ReadAsStringAsync();

        response.Content.Headers.ContentType!.MediaType.ShouldBe(type);
        text.ShouldNotContain("//cdn");
        Regex.IsMatch(text, "https?://", RegexOptions.None, TimeSpan.FromSeconds(5)).ShouldBeFalse("the page works without a network");
        response.Headers.GetValues("Content-Security-Policy").ShouldHaveSingleItem().ShouldStartWith("default-src 'none'; script-src 'self'");
        response.Headers.GetValues("X-Content-Type-Options").ShouldBe(["nosniff"]);
    }

    [Fact]
    public async Task Everything_that_the_page_names_is_there()
    {
        var page = (await sample.Server.GetAsync("/docs")).Body;

        var named = Regex.Matches(page, "(href|src)=\"(?<path>/[^\"]*)\"", RegexOptions.ExplicitCapture, TimeSpan.FromSeconds(5)).Select(match => match.Groups["path"].Value).Distinct().ToList();
        named.Count.ShouldBeGreaterThan(3);
        foreach (var path in named) (await sample.Server.GetAsync(path)).Status.ShouldBe(200, path);
    }

    [Fact]
    public async Task The_start_page_names_it()
    {
        var request = new HttpRequestMessage(HttpMethod.Get, "/");
        request.Headers.Add("Accept", "text/html,application/xhtml+xml,*/*;q=0.8");

        (await sample.Server.SendAsync(request)).Body.ShouldContain("/docs ");
        (await sample.Server.GetAsync("/")).Text("/docs").ShouldBe("/docs");
    }
}
