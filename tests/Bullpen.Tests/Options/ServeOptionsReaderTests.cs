using System.Reflection;
using Bullpen.Options;
using Bullpen.TestKit;

namespace Bullpen.Tests.Options;

public sealed class ServeOptionsReaderTests : IDisposable
{
    private readonly TempFolder _folder = new();

    public void Dispose() => _folder.Dispose();

    [Fact]
    public void The_command_line_beats_the_environment_which_beats_the_file()
    {
        var file = _folder.Write("bullpen.json", "{\"workers\": 3, \"queue\": \"7\", \"load-wait\": \"2m\"}"u8);
        var options = Read(
            new() { ["workers"] = "5" }, new() { ["BULLPEN_WORKERS"] = "4", ["BULLPEN_QUEUE"] = "8" }, file);

        options.Workers.ShouldBe(5);
        options.Queue.ShouldBe(8);
        options.LoadWait.ShouldBe(TimeSpan.FromMinutes(2));
    }

    [Theory]
    [InlineData("SAGEMAKER_MODEL_SERVER_WORKERS")]
    [InlineData("MMS_DEFAULT_WORKERS_PER_MODEL")]
    [InlineData("BULLPEN_WORKERS")]
    public void Workers_are_read_from_the_variables_of_the_servers_that_users_come_from(string variable) =>
        Read(environment: new() { [variable] = "6" }).Workers.ShouldBe(6);

    [Fact]
    public void Bullpens_own_variable_beats_the_others() =>
        Read(environment: new() { ["MMS_DEFAULT_WORKERS_PER_MODEL"] = "1", ["SAGEMAKER_MODEL_SERVER_WORKERS"] = "2", ["BULLPEN_WORKERS"] = "3" })
            .Workers.ShouldBe(3);

    [Fact]
    public void PORT_replaces_the_port_of_the_default_and_of_the_file_but_not_of_an_explicit_address()
    {
        var file = _folder.Write("bullpen.json", "{\"urls\": \"http://0.0.0.0:1234\"}"u8);
        var port = new Dictionary<string, string> { ["PORT"] = "8002" };

        Read(environment: port).Urls.ShouldBe("http://127.0.0.1:8002");
        Read(environment: port, file: file).Urls.ShouldBe("http://0.0.0.0:8002");
        Read(new() { ["urls"] = "http://0.0.0.0:9999" }, port).Urls.ShouldBe("http://0.0.0.0:9999");
        Read().Urls.ShouldBe("http://127.0.0.1:8080");
    }

    [Theory]
    [InlineData(null, null, "http://127.0.0.1:8080")]
    [InlineData("http://localhost:80", null, "http://localhost:80")]
    [InlineData("http://[::1]:80", null, "http://[::1]:80")]
    [InlineData("http://0.0.0.0:8080", null, "http://127.0.0.1:8081")]
    [InlineData("http://0.0.0.0:8080", "same", "http://0.0.0.0:8080")]
    [InlineData("http://10.1.2.3:8080", "http://127.0.0.1:8080", "http://127.0.0.1:8080")]
    [InlineData("http://0.0.0.0:8080", "http://0.0.0.0:8080", "http://0.0.0.0:8080")]
    [InlineData(null, "http://127.0.0.1:9", "http://127.0.0.1:9")]
    public void Management_leaves_the_machine_only_where_it_is_told_to(string? urls, string? management, string expected)
    {
        var given = new Dictionary<string, string>();
        if (urls is not null) given["urls"] = urls;
        if (management is not null) given["management-urls"] = management;

        Read(given).ManagementUrls.ShouldBe(expected);
    }

    [Theory]
    [InlineData("SAGEMAKER_BIND_TO_PORT", "9090", "http://0.0.0.0:9090")]
    [InlineData("SAGEMAKER_MULTI_MODEL", "true", "http://0.0.0.0:8080")]
    [InlineData("BULLPEN_MANAGEMENT_URLS", "same", "http://0.0.0.0:8080")]
    public void A_platform_and_who_says_so_get_one_address_for_both(string variable, string value, string expected)
    {
        var options = Read(environment: new() { ["BULLPEN_URLS"] = "http://0.0.0.0:8080", [variable] = value });

        options.Urls.ShouldBe(expected);
        options.ManagementUrls.ShouldBe(expected);
    }

    [Theory]
    [InlineData("http://0.0.0.0:65535", null, "management-urls is needed: its default is the port after that of urls, and http://0.0.0.0:65535 has the last.")]
    [InlineData("http://0.0.0.0:8080", "http://127.0.0.1:8080", "--management-urls: http://127.0.0.1:8080 and http://0.0.0.0:8080 are one address; give another port, or the word same.")]
    [InlineData("http://127.0.0.1:8080", "http://localhost:8080", "--management-urls: http://localhost:8080 and http://127.0.0.1:8080 are one address; give another port, or the word same.")]
    public void Two_addresses_that_cannot_both_be_listened_on_are_refused(string urls, string? management, string message)
    {
        var given = new Dictionary<string, string> { ["urls"] = urls };
        if (management is not null) given["management-urls"] = management;

        Should.Throw<OptionException>(() => Read(given)).Message.ShouldBe(message);
    }

    [Theory]
    [InlineData("management-urls", "8081", "--management-urls: '8081' is not one http:// address such as http://0.0.0.0:8080, or the word same.")]
    [InlineData("allowed-origins", "https://a.example, b.example", "--allowed-origins: 'https://a.example, b.example' is not a list of origins between commas, such as https://console.example.org.")]
    [InlineData("allowed-origins", "https://a.example/page", "--allowed-origins: 'https://a.example/page' is not a list of origins between commas, such as https://console.example.org.")]
    [InlineData("dialect", "triton", "--dialect: 'triton' is not mms or torchserve.")]
    [InlineData("server-name", " ", "--server-name: ' ' is not a name of 1 to 64 printable characters.")]
    public void An_address_or_a_dialect_that_is_none_is_refused(string option, string value, string message) =>
        Should.Throw<OptionException>(() => Read(new() { [option] = value })).Message.ShouldBe(message);

    [Fact]
    public void Memory_is_sixty_percent_of_what_there_is_unless_said_otherwise()
    {
        Read().Memory.ShouldBe(600);
        Read(new() { ["memory"] = "1.5GiB" }).Memory.ShouldBe(3L << 29);
    }

    [Theory]
    [InlineData("500ms", 500)]
    [InlineData("0", null)]
    [InlineData("0s", null)]
    [InlineData("off", null)]
    public void The_watch_is_a_time_or_off(string text, int? milliseconds) =>
        Read(new() { ["watch"] = text }).Watch.ShouldBe(milliseconds is { } value ? TimeSpan.FromMilliseconds(value) : null);

    [Theory]
    [InlineData("PORT", "80800", "PORT: '80800' is not a port from 0 to 65535.")]
    [InlineData("BULLPEN_WORKERS", "0", "BULLPEN_WORKERS: '0' is not a whole number from 1 to 1024.")]
    [InlineData("BULLPEN_LOAD_WAIT", "soon", "BULLPEN_LOAD_WAIT: 'soon' is not a time such as 500ms, 60s or 2m, at most 24h.")]
    [InlineData("BULLPEN_MAX_LEASE", "0", "BULLPEN_MAX_LEASE: '0' is not a time such as 500ms, 60s or 2m, at most 24h and at least 1s.")]
    [InlineData("BULLPEN_MAX_BODY", "4GiB", "BULLPEN_MAX_BODY: '4GiB' is not a size such as 64MiB, at most 2047MiB.")]
    [InlineData("BULLPEN_PRELOAD", "spam:2", "BULLPEN_PRELOAD: 'spam:2' is not names of models without versions, separated by commas, or all alone.")]
    [InlineData("BULLPEN_PRELOAD", "all,spam", "BULLPEN_PRELOAD: 'all,spam' is not names of models without versions, separated by commas, or all alone.")]
    public void An_error_names_where_the_value_came_from_the_value_and_the_rule(string variable, string value, string message) =>
        Should.Throw<OptionException>(() => Read(environment: new() { [variable] = value })).Message.ShouldBe(message);

    [Theory]
    [InlineData(null, null, "/home/me", "/home/me/.local/state/bullpen")]
    [InlineData(null, "/var/state", "/home/me", "/var/state/bullpen")]
    [InlineData(null, "relative", "/home/me", "/home/me/.local/state/bullpen")]
    [InlineData(null, null, null, null)]
    [InlineData("none", "/var/state", "/home/me", null)]
    [InlineData("/no/such/folder/yet", "/var/state", "/home/me", "/no/such/folder/yet")]
    public void The_state_lies_where_it_is_told_to_else_where_the_user_keeps_state(string? option, string? stateHome, string? home, string? folder)
    {
        var environment = new Dictionary<string, string>();
        if (option is not null) environment["BULLPEN_STATE"] = option;
        if (stateHome is not null) environment["XDG_STATE_HOME"] = stateHome;
        if (home is not null) environment["HOME"] = home;

        Read(environment: environment).State.ShouldBe(folder);
    }

    [Fact]
    public void Models_that_are_counted_go_by_their_last_use_others_by_what_they_save_unless_said_otherwise()
    {
        Read().Eviction.ShouldBe("density");
        Read(new() { ["max-models"] = "3" }).Eviction.ShouldBe("lru");
        Read(new() { ["max-models"] = "3", ["eviction"] = "GDSF" }).Eviction.ShouldBe("gdsf");
    }

    [Fact]
    public void The_access_log_is_off_or_a_file_relative_to_where_the_server_is_started()
    {
        Read().AccessLog.ShouldBeNull();
        Read(new() { ["access-log"] = "off" }).AccessLog.ShouldBeNull();
        Read(new() { ["access-log"] = "access.log" }).AccessLog.ShouldBe(Path.GetFullPath("access.log"));
        Should.Throw<OptionException>(() => Read(new() { ["access-log"] = _folder.Path })).Message
            .ShouldBe($"--access-log: '{_folder.Path}' is a folder, not a file.");
    }

    [Fact]
    public void A_state_folder_that_can_never_be_made_is_an_error()
    {
        var folder = Path.Combine(_folder.Write("a-file", "x"u8), "state");

        Should.Throw<OptionException>(() => Read(new() { ["state"] = folder })).Message
            .ShouldBe($"--state: '{folder}' cannot be a folder: there is a file in its place.");
    }

    [Fact]
    public void An_unknown_key_in_the_file_is_an_error_that_names_it()
    {
        var file = _folder.Write("bullpen.json", "{\"wrokers\": 3}"u8);

        Should.Throw<OptionException>(() => Read(file: file)).Message.ShouldContain("'wrokers'");
    }

    [Fact]
    public void The_largest_body_fits_an_array()
    {
        Read(new() { ["max-body"] = "2047MiB" }).MaxBody.ShouldBe(2047L << 20);
        Should.Throw<OptionException>(() => Read(new() { ["max-body"] = "2GiB" }));
    }

    [Theory]
    [InlineData("512MiB", 512L << 20)]
    [InlineData("2GiB", 2L << 30)]
    [InlineData("2gib", 2L << 30)]
    [InlineData("1 GB", 1_000_000_000)]
    [InlineData("4096", 4096)]
    [InlineData("0.5K", 512)]
    public void Sizes_are_read_as_people_write_them(string text, long bytes)
    {
        ByteSize.TryParse(text, out var read).ShouldBeTrue();
        read.ShouldBe(bytes);
    }

    [Theory]
    [InlineData("")]
    [InlineData("MiB")]
    [InlineData("-1GiB")]
    [InlineData("0")]
    [InlineData("1e9")]
    [InlineData("99999999999999TiB")]
    [InlineData("79228162514264337593543950335TiB")]
    public void What_is_no_size_is_not_read_as_one(string text) => ByteSize.TryParse(text, out _).ShouldBeFalse();

    [Fact]
    public void Every_option_is_offered_and_stands_in_the_README()
    {
        var defined = typeof(ServeOptionNames).GetFields(BindingFlags.Static | BindingFlags.NonPublic)
            .Select(field => field.GetValue(null)).OfType<OptionDefinition>().ToList();
        var readme = File.ReadAllText(Checkout.At("README.md"));

        ServeOptionNames.All.ShouldBe(defined, ignoreOrder: true);
        foreach (var option in defined) readme.ShouldContain($"| `{option.Flag} {option.Value}` |");
    }

    private ServeOptions Read(
        Dictionary<string, string>? commandLine = null, Dictionary<string, string>? environment = null, string? file = null)
    {
        var given = new Dictionary<string, string>(commandLine ?? [], StringComparer.Ordinal);
        given.TryAdd("repository", _folder.Path);
        var sources = new SettingSources(given, name => environment?.GetValueOrDefault(name), file);
        return new ServeOptionsReader(sources, checkout: null, availableMemory: 1000).Read();
    }
}
