using Bullpen.Options;
using Bullpen.TestKit;

namespace Bullpen.Tests.Supervision;

/// <summary>The settings that the image brings, as the server in it reads them.</summary>
public sealed class ContainerSettingsTests : IDisposable
{
    private readonly TempFolder _models = new();

    public void Dispose() => _models.Dispose();

    [Theory]
    [InlineData(null, null, "http://0.0.0.0:8080", "http://0.0.0.0:8080")]
    [InlineData("PORT", "9000", "http://0.0.0.0:9000", "http://0.0.0.0:9000")]
    [InlineData("SAGEMAKER_BIND_TO_PORT", "9000", "http://0.0.0.0:9000", "http://0.0.0.0:9000")]
    [InlineData("BULLPEN_URLS", "http://0.0.0.0:7000", "http://0.0.0.0:7000", "http://0.0.0.0:7000")]
    [InlineData("BULLPEN_MANAGEMENT_URLS", "http://127.0.0.1:8081", "http://0.0.0.0:8080", "http://127.0.0.1:8081")]
    public void One_address_serves_all_and_a_variable_replaces_its_port_or_one_of_the_two(
        string? variable, string? value, string inference, string management)
    {
        var options = new ServeOptionsReader(Sources(name => name == variable ? value : null), checkout: null, availableMemory: 1).Read();

        options.Urls.ShouldBe(inference);
        options.ManagementUrls.ShouldBe(management);
    }

    [Fact]
    public void The_image_names_its_settings_and_keeps_its_state_where_it_makes_a_folder_for_it()
    {
        var dockerfile = File.ReadAllText(Checkout.At("Dockerfile"));

        dockerfile.ShouldContain("BULLPEN_CONFIG=/etc/bullpen/bullpen.json");
        dockerfile.ShouldContain($"/image{Sources(_ => null).Find(ServeOptionNames.State)!.Text}");
    }

    private SettingSources Sources(Func<string, string?> environment) => new(
        new Dictionary<string, string> { [ServeOptionNames.Repository.Name] = _models.Path }, environment, Checkout.At("deploy", "container.json"));
}
