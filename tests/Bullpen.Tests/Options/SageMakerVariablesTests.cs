using Bullpen.Options;
using Bullpen.TestKit;

namespace Bullpen.Tests.Options;

/// <summary>What the environment of SageMaker's containers says, in Bullpen's options.</summary>
public sealed class SageMakerVariablesTests : IDisposable
{
    private readonly TempFolder _base = new();

    public void Dispose() => _base.Dispose();

    [Theory]
    [InlineData("true", "external")]
    [InlineData("false", "managed")]
    [InlineData(null, "managed")]
    public void A_multi_model_container_leaves_the_lifecycle_to_the_platform(string? multiModel, string lifecycle)
    {
        _base.Folder("models");

        Read(multiModel is null ? [] : new() { ["SAGEMAKER_MULTI_MODEL"] = multiModel }).Options.Lifecycle.ShouldBe(lifecycle);
    }

    [Theory]
    [InlineData("1")]
    [InlineData("yes")]
    public void A_word_that_is_neither_true_nor_false_leaves_nothing_to_guess(string multiModel) =>
        Should.Throw<OptionException>(() => Read(new() { ["SAGEMAKER_MULTI_MODEL"] = multiModel })).Message
            .ShouldBe($"SAGEMAKER_MULTI_MODEL: '{multiModel}' is not true or false.");

    [Fact]
    public void A_lifecycle_that_is_given_beats_the_variable()
    {
        _base.Folder("models");

        Read(new() { ["SAGEMAKER_MULTI_MODEL"] = "true", ["BULLPEN_LIFECYCLE"] = "managed" }).Options.IsExternal.ShouldBeFalse();
    }

    [Fact]
    public void Where_a_platform_decides_the_folders_need_not_be_there_yet_and_nothing_is_looked_at()
    {
        var options = Read(new() { ["SAGEMAKER_MULTI_MODEL"] = "true" }).Options;

        options.ModelStore.ShouldBe(_base.At("models"));
        (options.Watch, options.GraphStore, options.Model).ShouldBe((null, null, null));
        options.LoadWait.ShouldBe(TimeSpan.FromMinutes(6));
    }

    [Fact]
    public void The_model_of_a_container_with_a_single_one_is_served_where_no_repository_is()
    {
        _base.Write("model/model.onnx", "x"u8);
        Read([]).Options.Model.ShouldBe(_base.At("model"));

        _base.Write("models/a/model.onnx", "x"u8);
        var both = Read([]).Options;
        both.Model.ShouldBeNull();
        both.Repository.ShouldBe(_base.At("models"));
    }

    [Fact]
    public void A_repository_of_the_image_that_holds_nothing_does_not_hide_a_single_model()
    {
        _base.Write("model/model.onnx", "x"u8);
        _base.Folder("image");

        Read(new() { ["BULLPEN_REPOSITORY"] = _base.At("image") }).Options.Model.ShouldBe(_base.At("model"));
        Read([], new() { ["repository"] = _base.At("image") }).Options.Model.ShouldBeNull();
    }

    [Theory]
    [InlineData("SAGEMAKER_MODEL_SERVER_TIMEOUT", "2", 120)]
    [InlineData("SAGEMAKER_RESPONSE_TIMEOUT", "2", 120)]
    [InlineData("SAGEMAKER_MODEL_SERVER_TIMEOUT_SECONDS", "2", 2)]
    public void Times_are_read_in_the_unit_that_each_variable_means(string variable, string value, int seconds)
    {
        _base.Folder("models");

        Read(new() { [variable] = value }).Options.LoadWait.ShouldBe(TimeSpan.FromSeconds(seconds));
    }

    [Theory]
    [InlineData("SAGEMAKER_MAX_PAYLOAD_IN_MB", "6", 6L << 20)]
    [InlineData("SAGEMAKER_MAX_REQUEST_SIZE", "6000", 6000)]
    public void So_are_sizes(string variable, string value, long bytes)
    {
        _base.Folder("models");

        Read(new() { [variable] = value }).Options.MaxBody.ShouldBe(bytes);
    }

    [Fact]
    public void Workers_and_the_model_store_have_names_of_multi_model_server_too()
    {
        _base.Folder("models");
        var options = Read(new() { ["SAGEMAKER_NUM_MODEL_WORKERS"] = "3", ["SAGEMAKER_MODEL_STORE"] = "/" }).Options;

        (options.Workers, options.ModelStore).ShouldBe((3, "/"));
    }

    [Theory]
    [InlineData(null, "http://127.0.0.1:9000")]
    [InlineData("http://0.0.0.0:8080", "http://0.0.0.0:9000")]
    public void The_port_is_the_platforms_also_where_the_image_gives_an_address(string? urls, string expected)
    {
        _base.Folder("models");
        var environment = new Dictionary<string, string> { ["SAGEMAKER_BIND_TO_PORT"] = "9000", ["PORT"] = "8001" };
        if (urls is not null) environment["BULLPEN_URLS"] = urls;

        Read(environment).Options.Urls.ShouldBe(expected);
        Read(environment, new() { ["urls"] = "http://127.0.0.1:1234" }).Options.Urls.ShouldBe("http://127.0.0.1:1234");
    }

    [Fact]
    public void Each_effective_value_names_its_variable()
    {
        var (_, reader) = Read(new() { ["SAGEMAKER_MULTI_MODEL"] = "true", ["SAGEMAKER_BIND_TO_PORT"] = "9000", ["SAGEMAKER_MAX_PAYLOAD_IN_MB"] = "6" });

        reader.SettingOf(ServeOptionNames.Lifecycle)!.Place.ShouldBe("SAGEMAKER_MULTI_MODEL");
        reader.SettingOf(ServeOptionNames.Urls)!.Place.ShouldBe("SAGEMAKER_BIND_TO_PORT");
        reader.SettingOf(ServeOptionNames.MaxBody)!.Place.ShouldBe("SAGEMAKER_MAX_PAYLOAD_IN_MB");
        reader.SettingOf(ServeOptionNames.ModelStore)!.Place.ShouldBe("SAGEMAKER_BASE_DIR");
    }

    [Fact]
    public void Options_that_mean_nothing_where_a_platform_decides_are_named()
    {
        var environment = new Dictionary<string, string> { ["SAGEMAKER_MULTI_MODEL"] = "true", ["BULLPEN_IDLE_TTL"] = "5m", ["BULLPEN_PRELOAD"] = "all" };
        var (options, reader) = Read(environment);

        reader.Warnings(options).ShouldBe(
        [
            "BULLPEN_IDLE_TTL has no effect: a platform decides what is in memory (--lifecycle external).",
            "BULLPEN_PRELOAD has no effect: a platform decides what is in memory (--lifecycle external).",
        ]);
    }

    [Fact]
    public void A_wrong_value_is_named_as_it_was_given()
    {
        _base.Folder("models");

        Should.Throw<OptionException>(() => Read(new() { ["SAGEMAKER_MODEL_SERVER_TIMEOUT"] = "soon" })).Message
            .ShouldBe("SAGEMAKER_MODEL_SERVER_TIMEOUT: 'soon' is not a time such as 500ms, 60s or 2m, at most 24h.");
    }

    private (ServeOptions Options, ServeOptionsReader Reader) Read(Dictionary<string, string> environment, Dictionary<string, string>? commandLine = null)
    {
        environment["SAGEMAKER_BASE_DIR"] = _base.Path;
        var sources = new SettingSources(commandLine ?? [], environment.GetValueOrDefault, file: null);
        var reader = new ServeOptionsReader(sources, Checkout.Root, availableMemory: 1000);
        return (reader.Read(), reader);
    }
}
