using System.Text.Json;
using Bullpen.Commands;
using Bullpen.Options;
using Bullpen.Tests.Hosting;

namespace Bullpen.Tests.Commands;

/// <summary>What a person meets who looks around: help, versions, slips.</summary>
public sealed class CommandLineTests
{
    [Fact]
    public void Help_shows_the_commands_and_that_it_serves_without_one()
    {
        var help = Run("--help");

        foreach (var command in new[] { "serve", "config", "simulate", "health", "entrypoint", "version", "completion" }) help.ShouldContain($"\n  {command} ");
        help.ShouldContain("without a command it serves");
        help.ShouldContain("Examples:");
        help.ShouldNotContain("--grace");
    }

    [Fact]
    public void Help_of_serve_shows_every_option_once_and_ends_with_examples()
    {
        var help = Run("serve", "--help");

        foreach (var option in ServeOptionNames.All.Append(ConfigFile.Option))
            help.Split('\n').Count(line => line.StartsWith($"  {option.Flag} {option.Value}", StringComparison.Ordinal)).ShouldBe(1, option.Name);
        help.ShouldContain("BULLPEN_<NAME>");
        help.ShouldContain("SAGEMAKER_MODEL_SERVER_WORKERS");
        help.IndexOf("Examples:", StringComparison.Ordinal).ShouldBeGreaterThan(help.IndexOf("--grace", StringComparison.Ordinal));
    }

    [Fact]
    public void No_line_of_any_help_is_longer_than_120_characters()
    {
        foreach (var page in new[] { HelpPages.Root, HelpPages.Serve, HelpPages.Config, HelpPages.Simulate, HelpPages.Health, HelpPages.Entrypoint, HelpPages.Version, HelpPages.Completion })
            page.Split('\n').ShouldAllBe(line => line.Length <= 120);
    }

    [Theory]
    [InlineData("config --help", "bullpen config [--json]")]
    [InlineData("simulate --help", "bullpen simulate --trace FILE")]
    [InlineData("health --help", "bullpen health [--url URL]")]
    [InlineData("entrypoint --help", "bullpen entrypoint serve [OPTION…]")]
    [InlineData("version -h", "bullpen version [--json]")]
    [InlineData("completion --help", "bash|zsh|fish|pwsh")]
    public void Each_command_has_a_help_of_its_own(string arguments, string usage) => Run(arguments.Split(' ')).ShouldContain(usage);

    [Theory]
    [InlineData("--memroy 3", "'--memroy'. Did you mean --memory? See 'bullpen --help'.")]
    [InlineData("serve --worker=3", "Did you mean --workers? See 'bullpen serve --help'.")]
    [InlineData("sevre", "'sevre'. Did you mean serve?")]
    [InlineData("config --jsn", "Did you mean --json?")]
    [InlineData("serve --colour", "'--colour'. See 'bullpen serve --help'.")]
    [InlineData("completion tcsh", "'tcsh' not recognized")]
    public void A_slip_is_one_line_that_says_what_may_have_been_meant(string arguments, string message)
    {
        using var child = new ServerChild(null, arguments.Split(' '));

        child.WaitForExit().ShouldBe(2);
        child.Output.ShouldContain(message);
        child.Output.Split('\n').Length.ShouldBe(1, child.Output);
    }

    [Fact]
    public void Version_names_what_it_stands_on()
    {
        var json = JsonDocument.Parse(Run("version", "--json")).RootElement;

        json.GetProperty("bullpen").GetString().ShouldBe(ProductVersion.Text);
        foreach (var native in new[] { "dotnet", "onnxruntime", "libvips" })
            json.GetProperty(native).GetString()!.ShouldMatch(@"^\d+\.\d+\.\d+");
        json.GetProperty("architecture").GetString()!.ShouldContain("-");
        Run("version").Split('\n').Length.ShouldBe(json.EnumerateObject().Count());
    }

    private static string Run(params string[] arguments)
    {
        using var child = new ServerChild(null, arguments);
        child.WaitForExit().ShouldBe(0, child.Output);
        return child.Output;
    }
}
