using Bullpen.Options;
using Bullpen.TestKit;

namespace Bullpen.Tests.Supervision;

/// <summary>The settings that the image brings, as the server in it reads them.</summary>
public sealed class ContainerSettingsTests
{
    [Theory]
    [InlineData(null, null, "http://0.0.0.0:8080")]
    [InlineData("PORT", "9000", "http://0.0.0.0:9000")]
    [InlineData("BULLPEN_URLS", "http://127.0.0.1:7000", "http://127.0.0.1:7000")]
    public void The_image_listens_on_all_addresses_and_a_variable_replaces_port_or_address(string? variable, string? value, string expected)
    {
        var sources = new SettingSources(
            new Dictionary<string, string>(), name => name == variable ? value : null, Checkout.At("deploy", "container.json"));

        new ServeOptionsReader(sources, checkout: null, availableMemory: 1).Urls().ShouldBe(expected);
    }

    [Fact]
    public void The_image_names_its_settings_and_keeps_its_state_where_it_makes_a_folder_for_it()
    {
        var dockerfile = File.ReadAllText(Checkout.At("Dockerfile"));
        var sources = new SettingSources(new Dictionary<string, string>(), _ => null, Checkout.At("deploy", "container.json"));

        dockerfile.ShouldContain("BULLPEN_CONFIG=/etc/bullpen/bullpen.json");
        dockerfile.ShouldContain($"/image{sources.Find(ServeOptionNames.State)!.Text}");
    }
}
