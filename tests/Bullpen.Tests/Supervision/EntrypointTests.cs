using System.Globalization;
using System.Net;
using System.Net.Sockets;
using Bullpen.Commands;
using Bullpen.TestKit;
using Bullpen.Tests.Hosting;

namespace Bullpen.Tests.Supervision;

/// <summary>The entry point as a container starts it: processes, signals and exit codes.</summary>
public sealed class EntrypointTests : IDisposable
{
    private readonly TcpListener _other = new(IPAddress.Loopback, 0);
    private readonly TempFolder _folder = new();

    public void Dispose()
    {
        _other.Dispose();
        _folder.Dispose();
    }

    [SkippableFact]
    public void A_port_that_is_taken_at_first_is_served_when_it_is_free()
    {
        SkipOnWindows();
        using var child = new ServerChild(null, "entrypoint", "serve", "--urls", TakenUrl());
        child.WaitForLine("is taken by another program");
        child.WaitForLine("start 1 failed; trying again in 250ms");

        _other.Stop();

        child.WaitForLine("listens on");
        child.Signal("TERM");
        child.WaitForExit().ShouldBe(0);
    }

    [SkippableFact]
    public void A_port_that_is_taken_for_ever_ends_it_in_bounded_time_with_the_reason()
    {
        SkipOnWindows();
        var url = TakenUrl();
        using var child = new ServerChild(new Dictionary<string, string> { ["BULLPEN_STARTUP_TIMEOUT"] = "1s" }, "entrypoint", "serve", "--urls", url);

        child.WaitForExit().ShouldBe(75);

        var lines = child.Output.Split('\n');
        lines[^2].ShouldContain($"{url} is taken by another program");
        lines[^1].ShouldStartWith("bullpen: gave up after ");
    }

    [SkippableFact]
    public void SIGTERM_between_two_tries_ends_it_at_once()
    {
        SkipOnWindows();
        using var child = new ServerChild(null, "entrypoint", "serve", "--urls", TakenUrl());
        child.WaitForLine("start 4 failed; trying again in 2s");

        child.Signal("TERM");

        child.WaitForExit().ShouldBe(143);
        child.Output.ShouldNotContain("start 5");
    }

    [SkippableTheory]
    [InlineData("TERM")]
    [InlineData("INT")]
    public async Task A_signal_while_it_serves_lets_requests_in_flight_finish(string signal)
    {
        SkipOnWindows();
        var port = ServerChild.FreePort();
        using var child = new ServerChild(null, "entrypoint", "serve", "--urls", $"http://127.0.0.1:{port}");
        child.WaitForLine("listens on");
        using var slow = await SlowRequest.BeginAsync(port);

        child.Signal(signal);
        child.WaitForLine("Shutting down");

        (await slow.FinishAsync()).ShouldContain("\"label\":\"positive\"");
        child.WaitForExit().ShouldBe(0);
    }

    [SkippableFact]
    public void A_server_that_dies_after_it_was_ready_ends_it_with_its_code()
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "Reads the children of a process from /proc.");
        using var child = new ServerChild(null, "entrypoint", "serve", "--urls", $"http://127.0.0.1:{ServerChild.FreePort()}");
        child.WaitForLine("listens on");
        var server = ChildrenOf(child.Id).ShouldHaveSingleItem();

        Kill(server);

        child.WaitForExit().ShouldBe(137);
        child.Output.Split('\n').Count(line => line.Contains("listens on", StringComparison.Ordinal)).ShouldBe(1);
    }

    [SkippableFact]
    public void Orphans_that_it_inherits_do_not_stay_in_the_process_table()
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "Namespaces of processes are Linux'.");
        Skip.IfNot(CanBecomeFirst(), "This user may not make namespaces of processes.");
        // As process 1 of a namespace, as in a container. The orphan's parent ends before it; the orphan ends at once, too.
        using var child = new ServerChild(
            null, "entrypoint", "unshare", "--pid", "--fork", "--kill-child", "--mount-proc", "dotnet", Path.Combine(AppContext.BaseDirectory, "bullpen.dll"),
            "entrypoint", "serve", "--urls", $"http://127.0.0.1:{ServerChild.FreePort()}");
        child.WaitForLine("listens on");
        var first = ChildrenOf(child.Id).ShouldHaveSingleItem();
        var server = ChildrenOf(first).ShouldHaveSingleItem();

        using var orphan = System.Diagnostics.Process.Start("nsenter", ["--target", $"{first}", "--pid", "--mount", "sh", "-c", "(sh -c 'exit 3' & ) ; sleep 0"]);
        orphan.WaitForExit();
        orphan.ExitCode.ShouldBe(0);

        SpinWait.SpinUntil(() => ChildrenOf(first) is [var only] && only == server, TimeSpan.FromSeconds(30)).ShouldBeTrue();
    }

    [SkippableTheory]
    [InlineData("serve --max-models none", "--max-models: 'none' is not a whole number", 1)]
    [InlineData("serve --no-such-option", "--no-such-option", 2)]
    [InlineData("no-such-command x", "no-such-command: there is no such command", 127)]
    [InlineData("/etc/passwd", "/etc/passwd: cannot be executed", 126)]
    [InlineData("/etc/passwd/x", "there is no such command", 127)]
    public void What_cannot_start_is_said_in_one_line_and_not_tried_again(string arguments, string message, int exitCode)
    {
        SkipOnWindows();
        using var child = new ServerChild(null, ["entrypoint", .. arguments.Split(' ')]);

        child.WaitForExit().ShouldBe(exitCode);
        child.Output.ShouldContain(message);
        child.Output.Split('\n').Length.ShouldBe(1, child.Output);
    }

    [SkippableFact]
    public void A_startup_timeout_that_is_none_is_said_in_one_line()
    {
        SkipOnWindows();
        using var child = new ServerChild(new Dictionary<string, string> { ["SAGEMAKER_STARTUP_TIMEOUT"] = "soon" }, "entrypoint", "serve");

        child.WaitForExit().ShouldBe(1);
        child.Output.ShouldStartWith("bullpen: SAGEMAKER_STARTUP_TIMEOUT: 'soon' is not a time");
    }

    [SkippableFact]
    public void Another_command_takes_its_place_with_the_same_process_id_and_its_own_exit_code()
    {
        SkipOnWindows();
        using var child = new ServerChild(null, "entrypoint", "sh", "-c", "echo hi $$ \"$@\"; exit 7", "sh", "--help", "two words");

        child.WaitForExit().ShouldBe(7);
        child.Output.ShouldBe($"hi {child.Id} --help two words");
    }

    [SkippableFact]
    public void The_command_that_took_its_place_dies_of_a_closed_pipe_as_it_would_in_a_shell()
    {
        SkipOnWindows();
        using var child = new ServerChild(null, "entrypoint", "bash", "-c", "yes | head -n 1; echo ${PIPESTATUS[0]}");

        child.WaitForExit();
        child.Output.ShouldBe("y\n141");
    }

    [SkippableFact]
    public void As_docker_entrypoint_it_needs_no_command()
    {
        Skip.IfNot(OperatingSystem.IsLinux(), "The name of a program is read from /proc.");
        _folder.Link("docker-entrypoint", Path.Combine(AppContext.BaseDirectory, "bullpen"));
        using var child = new ServerChild(null, "entrypoint", _folder.At("docker-entrypoint"), "sh", "-c", "echo hi");

        child.WaitForExit().ShouldBe(0, child.Output);
        child.Output.ShouldBe("hi");
    }

    [Theory]
    [InlineData("bullpen", "entrypoint|serve|--help", "serve|--help")]
    [InlineData("bullpen", "entrypoint|--help", null)]
    [InlineData("bullpen", "entrypoint", null)]
    [InlineData("bullpen", "serve", null)]
    [InlineData(null, "entrypoint|x", "x")]
    [InlineData("/usr/local/bin/docker-entrypoint", "--help", "--help")]
    [InlineData("docker-entrypoint", "entrypoint|serve", "entrypoint|serve")]
    public void Its_arguments_are_not_read_but_where_they_ask_for_its_own_help(string? calledAs, string arguments, string? expected) =>
        EntrypointCommand.ArgumentsOf(calledAs, arguments.Split('|')).ShouldBe(expected?.Split('|'));

    private static void SkipOnWindows() => Skip.If(OperatingSystem.IsWindows(), "Windows has no signals to send, and replaces no process.");

    private string TakenUrl()
    {
        _other.Start();
        return $"http://127.0.0.1:{((IPEndPoint)_other.LocalEndpoint).Port}";
    }

    private static int[] ChildrenOf(int process) =>
        [.. File.ReadAllText($"/proc/{process}/task/{process}/children").Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(id => int.Parse(id, CultureInfo.InvariantCulture))];

    private static void Kill(int process) => System.Diagnostics.Process.Start("kill", ["-KILL", $"{process}"]).WaitForExit();

    private static bool CanBecomeFirst()
    {
        using var attempt = System.Diagnostics.Process.Start("unshare", ["--pid", "--fork", "--mount-proc", "true"]);
        attempt.WaitForExit();
        return attempt.ExitCode == 0;
    }
}
