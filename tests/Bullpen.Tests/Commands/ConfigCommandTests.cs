using System.Text.Json;
using Bullpen.Options;
using Bullpen.TestKit;
using Bullpen.Tests.Hosting;

namespace Bullpen.Tests.Commands;

public sealed class ConfigCommandTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void Each_value_stands_beside_where_it_came_from()
    {
        var file = _folder.Write("bullpen.json", "{\"queue\": 7}"u8);
        var (exitCode, output) = Run(new() { ["BULLPEN_LOAD_WAIT"] = "2m", ["PORT"] = "9000" }, "config", "--config", file, "--max-models", "3");

        exitCode.ShouldBe(0);
        Row(output, "max-models").ShouldBe(["max-models", "3", "command line"]);
        Row(output, "load-wait").ShouldBe(["load-wait", "120s", "BULLPEN_LOAD_WAIT"]);
        Row(output, "queue").ShouldBe(["queue", "7", "bullpen.json"]);
        Row(output, "urls").ShouldBe(["urls", "http://127.0.0.1:9000", "PORT"]);
        Row(output, "max-body").ShouldBe(["max-body", "64 MiB", "default"]);
        Row(output, "data").ShouldBe(["data", Checkout.At("samples", "images"), "default"]);
        Row(output, "config").ShouldBe(["config", file, "command line"]);
    }

    [Fact]
    public void The_columns_are_aligned()
    {
        var lines = Run([], "config").Output.Split('\n').Where(line => line.EndsWith("  default", StringComparison.Ordinal)).ToList();

        lines.Count.ShouldBeGreaterThan(5);
        lines.Select(line => line.LastIndexOf("  default", StringComparison.Ordinal)).Distinct().Count().ShouldBe(1);
    }

    [Fact]
    public void As_JSON_sizes_are_numbers_and_every_option_is_there()
    {
        var (_, output) = Run(new() { ["BULLPEN_MEMORY"] = "1GiB" }, "config", "--json");
        var json = JsonDocument.Parse(output).RootElement;

        json.GetProperty("memory").GetRawText().ShouldContain($"\"value\": {1L << 30}");
        json.GetProperty("memory").GetProperty("source").GetString().ShouldBe("environment");
        json.GetProperty("memory").GetProperty("from").GetString().ShouldBe("BULLPEN_MEMORY");
        json.GetProperty("grace").GetProperty("value").GetString().ShouldBe("30s");
        json.GetProperty("max-models").GetProperty("value").ValueKind.ShouldBe(JsonValueKind.Null);
        json.EnumerateObject().Select(option => option.Name).ShouldBe(ServeOptionNames.All.Select(option => option.Name).Prepend("config"));
    }

    [Theory]
    [InlineData("{\"memory\": \"lots\"}", "memory in bullpen.json: 'lots' is not a size such as 512MiB or 2GiB.")]
    [InlineData("{\"memory\": [1]}", "memory in bullpen.json: a list is not a string or a number.")]
    [InlineData("{\"max_model\": 3}", "has the unknown key 'max_model'; did you mean max-models")]
    [InlineData("{\"colour\": 3}", "has the unknown key 'colour'; keys are option names without dashes in front.")]
    public void A_wrong_file_is_one_line_and_exit_code_1(string content, string message)
    {
        var file = _folder.Write("bullpen.json", System.Text.Encoding.UTF8.GetBytes(content));
        var (exitCode, output) = Run([], "config", "--config", file);

        exitCode.ShouldBe(1);
        output.Split('\n').Length.ShouldBe(1, output);
        output.ShouldContain(message);
    }

    [Fact]
    public void A_variable_that_means_nothing_is_a_warning_with_what_may_have_been_meant()
    {
        var (exitCode, output) = Run(new() { ["BULLPEN_MEMROY"] = "1GiB" }, "config");

        exitCode.ShouldBe(0);
        output.ShouldContain("bullpen: The environment variable BULLPEN_MEMROY is no option of Bullpen; did you mean BULLPEN_MEMORY?");
        Row(output, "memory")[2].ShouldBe("default");
    }

    private static string[] Row(string output, string option) =>
        output.Split('\n').Single(line => line.StartsWith(option + " ", StringComparison.Ordinal))
            .Split("  ", StringSplitOptions.RemoveEmptyEntries | StringSplitOptions.TrimEntries);

    private static (int ExitCode, string Output) Run(Dictionary<string, string> environment, params string[] arguments)
    {
        using var child = new ServerChild(environment, arguments);
        return (child.WaitForExit(), child.Output);
    }
}
