using Bullpen.Hosting;
using Bullpen.Telemetry;
using Bullpen.TestKit;
using Microsoft.Extensions.Logging;
using Microsoft.Extensions.Logging.Abstractions;

namespace Bullpen.Tests.Hosting;

public sealed class LogLineFormatterTests
{
    [Fact]
    public void Times_are_local_with_milliseconds_or_those_of_ISO_8601()
    {
        var time = new ManualTimeProvider();
        var settings = new LogSettings();
        var formatter = new LogLineFormatter(time, settings);

        Line(formatter, LogLevel.Warning, "It is late.").ShouldBe($"{time.GetLocalNow():yyyy-MM-dd HH:mm:ss.fff} warn  It is late.");
        settings.Change(selection => selection with { IsIso8601 = true });
        Line(formatter, LogLevel.Information, "It is later.").ShouldBe($"{time.GetUtcNow():yyyy-MM-ddTHH:mm:ssZ} info  It is later.");
    }

    [Theory]
    [InlineData("a\r\nb\u007Fc", " error a  b c")]
    [InlineData("a\u0085b", " error a b")]
    [InlineData("a\u009B31mb", " error a 31mb")]
    public void A_message_is_one_line_without_commands_to_a_terminal(string message, string expected) =>
        Line(new LogLineFormatter(new ManualTimeProvider(), new LogSettings()), LogLevel.Error, message).ShouldEndWith(expected);

    private static string Line(LogLineFormatter formatter, LogLevel level, string message)
    {
        using var text = new StringWriter();
        formatter.Write(new LogEntry<string>(level, "Bullpen", default, message, null, (state, _) => state), null, text);
        return text.ToString().TrimEnd(text.NewLine.ToCharArray());
    }
}
