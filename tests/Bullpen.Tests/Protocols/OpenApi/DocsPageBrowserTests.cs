using System.Diagnostics;
using Bullpen.TestKit;

namespace Bullpen.Tests.Protocols.OpenApi;

/// <summary>
/// The page of the server's routes as a person uses it in Chromium, on a large screen and on a phone (tests/browser/docs.mjs): it
/// lists models and routes, its examples are sent by their buttons and answered, nothing is too wide, nothing is written to the
/// console, and no request leaves the server.
/// </summary>
public sealed class DocsPageBrowserTests(SampleServer sample) : IClassFixture<SampleServer>
{
    private const string Chromium = "/usr/bin/chromium";

    private static readonly TimeSpan Longest = TimeSpan.FromMinutes(3);

    [SkippableFact]
    public async Task The_page_works_in_a_browser()
    {
        var folder = Checkout.At("tests", "browser");
        Skip.IfNot(File.Exists(Chromium), "Debian's package chromium is not installed");
        Skip.IfNot(Directory.Exists(Path.Combine(folder, "node_modules")), "npm ci in tests/browser installs what this needs");
        var start = new ProcessStartInfo("node") { RedirectStandardOutput = true, RedirectStandardError = true, UseShellExecute = false };
        start.ArgumentList.Add(Path.Combine(folder, "docs.mjs"));
        start.ArgumentList.Add(Chromium);
        start.ArgumentList.Add(sample.Server.Client.BaseAddress!.ToString());

        using var node = Process.Start(start)!;
        using var late = new CancellationTokenSource(Longest);
        using var end = late.Token.Register(() => node.Kill(entireProcessTree: true));
        var (output, errors) = (node.StandardOutput.ReadToEndAsync(), node.StandardError.ReadToEndAsync());
        await node.WaitForExitAsync();

        (await output + await errors).ShouldBe("The page works.\n");
        node.ExitCode.ShouldBe(0);
    }
}
