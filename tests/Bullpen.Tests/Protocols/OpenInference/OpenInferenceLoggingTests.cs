using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace Bullpen.Tests.Protocols.OpenInference;

/// <summary>What the server logs, shown and changed while it runs.</summary>
public sealed class OpenInferenceLoggingTests
{
    private const string AtTheStart =
        """{"log_file":"","log_info":true,"log_warning":true,"log_error":true,"log_verbose_level":0,"log_format":"default"}""";

    [Fact]
    public async Task The_settings_are_shown_and_what_is_not_named_stays()
    {
        await using var server = await RunningServer.StartAsync();
        (await server.GetAsync("/v2/logging")).Body.ShouldBe(AtTheStart);

        var changed = await server.PostAsync("/v2/logging", """{"log_info":false,"log_verbose_level":2,"log_format":"ISO8601","log_warning":null,"log_file":""}""");

        const string now = """{"log_file":"","log_info":false,"log_warning":true,"log_error":true,"log_verbose_level":2,"log_format":"ISO8601"}""";
        (changed.Status, changed.Body).ShouldBe((200, now));
        (await server.GetAsync("/v2/logging")).Body.ShouldBe(now);
        (await server.PostAsync("/v2/logging", "")).Body.ShouldBe(now);
    }

    [Fact]
    public async Task What_is_changed_is_what_the_servers_loggers_do()
    {
        await using var server = await RunningServer.StartAsync();
        var own = server.Services.GetRequiredService<ILoggerFactory>().CreateLogger("Bullpen.Anything");
        var web = server.Services.GetRequiredService<ILoggerFactory>().CreateLogger("Microsoft.AspNetCore.Anything");
        LevelsOf(own).ShouldBe("Information Warning Error Critical");
        LevelsOf(web).ShouldBe("Warning Error Critical");

        await server.PostAsync("/v2/logging", """{"log_info":false,"log_error":false}""");
        LevelsOf(own).ShouldBe("Warning");
        await server.PostAsync("/v2/logging", """{"log_info":true,"log_warning":false,"log_verbose_level":1}""");
        LevelsOf(own).ShouldBe("Debug Information");
        LevelsOf(web).ShouldBe("Information");
        await server.PostAsync("/v2/logging", """{"log_verbose_level":2}""");
        LevelsOf(own).ShouldBe("Trace Debug Information");
    }

    [Theory]
    [InlineData("{\"log_file\":\"/tmp/x\"}", 501, "log file location can not be updated through network protocol")]
    [InlineData("{\"log_file\":7}", 501, "log file location can not be updated through network protocol")]
    [InlineData("{\"log_info\":1}", 400, "log_info must be true or false")]
    [InlineData("{\"log_verbose_level\":-1}", 400, "log_verbose_level must be a whole number")]
    [InlineData("{\"log_verbose_level\":\"1\"}", 400, "log_verbose_level must be a whole number")]
    [InlineData("{\"log_format\":\"xml\"}", 400, "log_format must be default or ISO8601")]
    [InlineData("{\"log_format\":\"\\ud800\"}", 400, "log_format")]
    [InlineData("{\"log_warnings\":false}", 400, "settings that there are")]
    [InlineData("[]", 400, "an object")]
    [InlineData("{", 400, "JSON")]
    public async Task What_cannot_be_is_refused_and_nothing_beside_it_is_changed(string body, int status, string reason)
    {
        await using var server = await RunningServer.StartAsync();

        var answer = await server.PostAsync("/v2/logging", body.StartsWith("{\"", StringComparison.Ordinal) ? """{"log_error":false,""" + body[1..] : body);

        answer.Status.ShouldBe(status, answer.Body);
        answer.Text("/error")!.ShouldContain(reason);
        (await server.GetAsync("/v2/logging")).Body.ShouldBe(AtTheStart);
    }

    [Fact]
    public async Task It_is_a_matter_of_management()
    {
        await using var server = await RunningServer.StartAsync(options => options with { ManagementUrls = "http://127.0.0.2:0" });

        (await server.GetAsync("/v2/logging")).Status.ShouldBe(404);
        (await server.PostAsync("/v2/logging", "{}")).Status.ShouldBe(404);
        (await server.Management.GetStringAsync(new Uri("/v2/logging", UriKind.Relative))).ShouldBe(AtTheStart);
    }

    private static string LevelsOf(ILogger logger) =>
        string.Join(' ', Enum.GetValues<LogLevel>().Where(level => level != LogLevel.None && logger.IsEnabled(level)));
}
