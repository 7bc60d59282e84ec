using System.Net;
using Bullpen.Sources;

namespace Bullpen.Tests.Sources;

/// <summary>Where a download may lead: by redirects of a real server, and by names.</summary>
public sealed class DownloadTargetTests : IAsyncLifetime
{
    private readonly DownloadSite _site = new();

    public Task InitializeAsync() => Task.CompletedTask;

    public async Task DisposeAsync() => await _site.DisposeAsync();

    [Fact]
    public async Task A_redirect_is_followed_where_the_allow_list_covers_its_target()
    {
        var files = await _site.ServeAsync(context =>
        {
            if (context.Request.Path != "/models/a.zip") return context.Response.Body.WriteAsync(_site.Archive).AsTask();
            context.Response.Redirect("/models/deeper/b.zip");
            return Task.CompletedTask;
        });

        (await _site.DownloadAsync(files.Url, "models/a.zip", options => options with { AllowedUrls = DownloadSite.Allowed(files.Url + "models") })).Dispose();
    }

    [Theory]
    [InlineData("http://127.0.0.1:{port}/elsewhere/b.zip", "is not below any prefix of --allowed-urls")]
    [InlineData("http://169.254.169.254/latest/meta-data?token=secret", "is not below any prefix of --allowed-urls")]
    [InlineData("http://127.0.0.1.example.org/models/b.zip", "is not below any prefix of --allowed-urls")]
    [InlineData("/models/%2e%2e/secret", "has an encoded dot")]
    [InlineData("file:///etc/passwd", "it is no http or https url")]
    public async Task A_redirect_to_a_forbidden_place_is_not_followed(string target, string reason)
    {
        var files = await _site.ServeAsync(context =>
        {
            context.Response.StatusCode = 302;
            context.Response.Headers.Location = target.Replace("{port}", context.Connection.LocalPort.ToString(), StringComparison.Ordinal);
            return Task.CompletedTask;
        });

        var message = await _site.FailureAsync(files.Url, "models/a.zip", options => options with { AllowedUrls = DownloadSite.Allowed(files.Url + "models") });

        message.ShouldStartWith($"Failed to download model from: {files.Url}models/a.zip: ");
        message.ShouldContain(reason);
        message.ShouldNotContain("token");
        files.Requests.ShouldBe(1);
    }

    [Theory]
    [InlineData("/f/m.zip?origin=https://elsewhere.example")]
    [InlineData("m.zip?origin=https://elsewhere.example")]
    [InlineData("/f/m.zip#https://elsewhere.example")]
    public async Task A_redirect_that_names_another_url_in_its_query_stays_on_its_server(string location)
    {
        var files = await _site.ServeAsync(context =>
        {
            if (context.Request.Path == "/f/m.zip") return context.Response.Body.WriteAsync(_site.Archive).AsTask();
            context.Response.StatusCode = 302;
            context.Response.Headers.Location = location;
            return Task.CompletedTask;
        });
        using var unpacked = await _site.DownloadAsync(files.Url, "f/start");

        File.Exists(Path.Combine(unpacked.Folder, "model.onnx")).ShouldBeTrue();
    }

    [Fact]
    public async Task Redirects_in_a_circle_end()
    {
        var files = await _site.ServeAsync(context =>
        {
            context.Response.Redirect(context.Request.Path);
            return Task.CompletedTask;
        });

        (await _site.FailureAsync(files.Url, "m.zip")).ShouldContain("the server redirects more than 5 times");
        files.Requests.ShouldBe(6);
    }

    [Fact]
    public async Task A_name_that_leads_to_a_private_address_is_refused_when_it_is_connected_to()
    {
        var files = await _site.ServeAsync(context => context.Response.Body.WriteAsync(_site.Archive).AsTask());
        var lookUps = 0;

        // Whatever an earlier look-up said: the one that decides is the one that is connected to.
        SourcesOptions Named(SourcesOptions options) => options with
        {
            AllowedUrls = DownloadSite.Allowed($"http://models.example:{files.Port}/"),
            Resolve = (_, _) =>
            {
                lookUps++;
                return Task.FromResult<IPAddress[]>([IPAddress.Loopback]);
            },
        };

        var message = await _site.FailureOfAsync($"http://models.example:{files.Port}/m.zip", Named);

        message.ShouldContain("models.example leads to an address that is not public");
        (files.Requests, lookUps).ShouldBe((0, 1));
        (await _site.Source(options => Named(options) with { AllowPrivate = true }).DownloadAsync($"http://models.example:{files.Port}/m.zip", CancellationToken.None)).Dispose();
        (files.Requests, lookUps).ShouldBe((1, 2));
    }

    [Fact]
    public async Task A_server_that_cannot_be_reached_in_time_is_tried_again_and_given_up()
    {
        var message = await _site.FailureOfAsync(
            "http://models.example/m.zip",
            options => options with { AllowedUrls = DownloadSite.Allowed("http://models.example"), Resolve = (_, _) => throw new OperationCanceledException() },
            untilTry: 5);

        message.ShouldContain("in each of 5 tries");
    }
}
