using System.Globalization;
using Bullpen.Core;
using Bullpen.Core.Administration;
using Bullpen.Core.Models;
using Bullpen.Core.Repository;

namespace Bullpen.Options;

/// <summary>Turns what a user set into <see cref="ServeOptions"/>; an error names the option, the value and the rule.</summary>
/// <param name="sources">What the user set.</param>
/// <param name="checkout">The root of the checkout that the server runs in, or null: decides the sample defaults.</param>
/// <param name="availableMemory">Bytes that the machine or its control group has.</param>
internal sealed class ServeOptionsReader(SettingSources sources, string? checkout, long availableMemory)
{
    private const string DefaultUrl = "http://127.0.0.1:8080";
    private const string PortVariable = "PORT";
    private const string SameAddress = "same";
    private const string AddressRule = "one http:// address such as http://0.0.0.0:8080";
    private const string NoState = "none";
    private const string Off = "off";

    // SageMaker waits six minutes for a load: whoever gives up earlier takes back what may still succeed.
    private static readonly TimeSpan LongestLoadOfAPlatform = TimeSpan.FromMinutes(6);

    private static readonly OptionDefinition[] ForManagedOnly =
    [
        ServeOptionNames.Model, ServeOptionNames.ModelsConfig, ServeOptionNames.Eviction, ServeOptionNames.MinResidency, ServeOptionNames.IdleTtl,
        ServeOptionNames.Preload, ServeOptionNames.Watch, ServeOptionNames.GraphStore,
    ];

    private readonly SageMakerVariables _sageMaker = new(sources);

    /// <summary>Reads all options.</summary>
    /// <exception cref="OptionException">A value breaks its rule, or a folder does not exist.</exception>
    internal ServeOptions Read()
    {
        var lifecycle = Parse(ServeOptionNames.Lifecycle, _sageMaker.IsMultiModel ? "external" : "managed", "managed or external", TryParseLifecycle);
        var isExternal = lifecycle == "external";
        var model = isExternal ? null : Folder(ServeOptionNames.Model) ?? (IsInContainer ? _sageMaker.SingleModel : null);
        var repository = isExternal || model is not null ? Unscanned() : Folder(ServeOptionNames.Repository) ?? DefaultRepository();
        var eviction = Eviction();
        var defaults = new ServeOptions { Repository = repository, ModelStore = repository, Urls = DefaultUrl, Memory = availableMemory * 6 / 10, MachineMemory = availableMemory };
        var urls = Urls();
        return defaults with
        {
            Model = model,
            Lifecycle = lifecycle,
            ModelsConfig = ModelsConfig(),
            ModelStore = Folder(ServeOptionNames.ModelStore) ?? (Directory.Exists(_sageMaker.Models) ? _sageMaker.Models : repository),
            AllowedUrls = Parse(ServeOptionNames.AllowedUrls, defaults.AllowedUrls, "a list of http(s) urls between commas, without user, query and fragment", TryParseUrls),
            PrivateDownloads = Parse(ServeOptionNames.PrivateDownloads, defaults.PrivateDownloads, "on or off", TryParseSwitch),
            MaxDownload = Parse(ServeOptionNames.MaxDownload, defaults.MaxDownload, ByteSize.Rule, ByteSize.TryParse),
            MaxUnpacked = Parse(ServeOptionNames.MaxUnpacked, defaults.MaxUnpacked, ByteSize.Rule, ByteSize.TryParse),
            Data = Folder(ServeOptionNames.Data) ?? DefaultData(),
            Urls = urls,
            ManagementUrls = ManagementUrls(urls, isExternal),
            AllowedOrigins = Parse(ServeOptionNames.AllowedOrigins, defaults.AllowedOrigins, "a list of origins between commas, such as https://console.example.org", TryParseOrigins),
            Dialect = Parse(ServeOptionNames.Dialect, defaults.Dialect, "mms or torchserve", TryParseDialect),
            ServerName = Parse(ServeOptionNames.ServerName, defaults.ServerName, "a name of 1 to 64 printable characters", TryParseName),
            Memory = Parse(ServeOptionNames.Memory, defaults.Memory, ByteSize.Rule, ByteSize.TryParse),
            MaxModels = sources.Find(ServeOptionNames.MaxModels) is null ? null : Count(ServeOptionNames.MaxModels, 1, 1_000_000, 0),
            Eviction = eviction,
            MinResidency = Parse(ServeOptionNames.MinResidency, MinResidencyOf(eviction), Duration.Rule, Duration.TryParse),
            IdleTtl = Parse(ServeOptionNames.IdleTtl, defaults.IdleTtl, $"{Duration.Rule}, or off", TryParseOrOff),
            Preload = Parse<string?>(ServeOptionNames.Preload, null, "names of models without versions, separated by commas, or all alone", TryParsePreload),
            Workers = Count(ServeOptionNames.Workers, 1, ModelManifest.MaxWorkers, defaults.Workers),
            Queue = Count(ServeOptionNames.Queue, 0, 1_000_000, defaults.Queue),
            LoadWait = Parse(ServeOptionNames.LoadWait, isExternal ? LongestLoadOfAPlatform : defaults.LoadWait, Duration.Rule, Duration.TryParse),
            LoadConcurrency = Count(ServeOptionNames.LoadConcurrency, 1, 64, defaults.LoadConcurrency),
            MaxLease = Parse(ServeOptionNames.MaxLease, defaults.MaxLease, $"{Duration.Rule} and at least {Duration.Show(ClientLeaseOptions.Shortest)}", TryParseMaxLease),
            MaxBody = Parse(ServeOptionNames.MaxBody, defaults.MaxBody, $"a size such as 64MiB, at most {ServeOptions.LargestBody >> 20}MiB", TryParseBody),
            Grace = Parse(ServeOptionNames.Grace, defaults.Grace, Duration.Rule, Duration.TryParse),
            State = State(),
            GraphStore = isExternal ? null : Parse(ServeOptionNames.GraphStore, defaults.GraphStore, $"{ByteSize.Rule}, or off", TryParseStore),
            ChargeMapped = Parse(ServeOptionNames.ChargeMapped, defaults.ChargeMapped, "on or off", TryParseSwitch),
            AccessLog = AccessLog(),
            Watch = isExternal || model is not null ? null : Parse(ServeOptionNames.Watch, defaults.Watch, $"{Duration.Rule}, or off", TryParseOrOff),
            MetricsModels = Count(ServeOptionNames.MetricsModels, 0, 1000, defaults.MetricsModels),
        };
    }

    /// <summary>The setting that decides an option's effective value; null where it is the default.</summary>
    internal Setting? SettingOf(OptionDefinition option)
    {
        if (option == ServeOptionNames.Urls && Port is { } port) return port;
        if (sources.Find(option) is { } setting) return setting;
        if (option == ServeOptionNames.Lifecycle) return sources.Variable(SageMakerVariables.MultiModel);
        return option == ServeOptionNames.Model || option == ServeOptionNames.Repository || option == ServeOptionNames.ModelStore ? _sageMaker.Base : null;
    }

    /// <summary>One line for each option that somebody set and that means nothing where a platform decides.</summary>
    internal IEnumerable<string> Warnings(ServeOptions options) => options.IsExternal
        ? ForManagedOnly.Select(sources.Find).OfType<Setting>().Select(setting => $"{setting.Origin} has no effect: a platform decides what is in memory (--lifecycle external).")
        : [];

    /// <summary>What replaces the port of an address that nobody gave for just this run.</summary>
    private Setting? Port => sources.Find(ServeOptionNames.Urls) switch
    {
        { Source: SettingSource.CommandLine } => null,
        { Source: SettingSource.Environment } => _sageMaker.Port,
        _ => _sageMaker.Port ?? sources.Variable(PortVariable),
    };

    private bool IsInContainer => checkout is null || _sageMaker.Base is not null;

    private delegate bool Parser<T>(string text, out T value);

    private T Parse<T>(OptionDefinition option, T @default, string rule, Parser<T> parser)
    {
        if (sources.Find(option) is not { } setting) return @default;
        return parser(setting.Text, out var value) ? value : throw Wrong(setting, rule);
    }

    private int Count(OptionDefinition option, int least, int most, int @default) =>
        Parse(option, @default, $"a whole number from {least} to {most}", (string text, out int value) =>
            int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out value) && value >= least && value <= most);

    private static bool TryParseOrOff(string text, out TimeSpan? interval)
    {
        interval = null;
        if (text.Trim().Equals(Off, StringComparison.OrdinalIgnoreCase)) return true;
        if (!Duration.TryParse(text, out var duration)) return false;
        if (duration > TimeSpan.Zero) interval = duration;
        return true;
    }

    private static bool TryParseMaxLease(string text, out TimeSpan time) => Duration.TryParse(text, out time) && time >= ClientLeaseOptions.Shortest;

    private static bool TryParseBody(string text, out long bytes) => ByteSize.TryParse(text, out bytes) && bytes <= ServeOptions.LargestBody;

    private static bool TryParsePreload(string text, out string? names)
    {
        names = text;
        var each = text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        return each is [ModelPreload.All] || each.All(ModelName.IsValid);
    }

    private static bool TryParseStore(string text, out long? size)
    {
        size = null;
        if (text.Trim().Equals("off", StringComparison.OrdinalIgnoreCase)) return true;
        if (!ByteSize.TryParse(text, out var bytes)) return false;
        size = bytes;
        return true;
    }

    private static bool TryParseLifecycle(string text, out string value)
    {
        value = text.Trim().ToLowerInvariant();
        return value is "managed" or "external";
    }

    private static bool TryParseUrls(string text, out string? urls)
    {
        urls = AllowedUrls.TryParse(text, out var allowed) && !allowed.IsEmpty ? allowed.ToString() : null;
        return urls is not null || string.IsNullOrWhiteSpace(text);
    }

    private static bool TryParseOrigins(string text, out string? origins)
    {
        var each = text.Split(',', StringSplitOptions.TrimEntries | StringSplitOptions.RemoveEmptyEntries);
        origins = each.Length == 0 ? null : string.Join(',', each);
        return each.All(origin => Uri.TryCreate(origin, UriKind.Absolute, out var uri) && uri.Scheme is "http" or "https"
            && uri.GetLeftPart(UriPartial.Authority).Equals(origin, StringComparison.OrdinalIgnoreCase));
    }

    private static bool TryParseSwitch(string text, out string value)
    {
        value = text.Trim().ToLowerInvariant();
        return value is "on" or "off";
    }

    private static bool TryParseDialect(string text, out string value)
    {
        value = text.Trim().ToLowerInvariant();
        return value is "mms" or "torchserve";
    }

    private static bool TryParseName(string text, out string value)
    {
        value = text.Trim();
        return value.Length is > 0 and <= 64 && !value.Any(char.IsControl);
    }

    private string? Folder(OptionDefinition option)
    {
        if (sources.Find(option) is not { } setting) return null;
        var path = FullPath(setting);
        if (File.Exists(path)) throw new OptionException($"{setting.Origin}: '{setting.Text}' is a file, not a folder.");
        return Directory.Exists(path) ? path : throw new OptionException($"{setting.Origin}: there is no folder '{setting.Text}'.");
    }

    private string? ModelsConfig()
    {
        if (sources.Find(ServeOptionNames.ModelsConfig) is not { } setting) return null;
        var path = FullPath(setting);
        return File.Exists(path) ? path : throw new OptionException($"{setting.Origin}: there is no file '{setting.Text}'.");
    }

    private static string FullPath(Setting setting) =>
        setting.Text.Length > 0 && !setting.Text.Contains('\0') ? Path.GetFullPath(setting.Text) : throw Wrong(setting, "a path");

    private string UsualRepository => IsInContainer ? _sageMaker.Models : Path.Combine(checkout!, "samples", "models");

    /// <summary>Nobody looks into it, so it need not be there yet.</summary>
    private string Unscanned() => sources.Find(ServeOptionNames.Repository) is { } setting ? FullPath(setting) : UsualRepository;

    private string DefaultRepository()
    {
        var repository = UsualRepository;
        return Directory.Exists(repository)
            ? repository
            : throw new OptionException($"There is no model repository: {repository} does not exist. Name the folder that holds your models with --repository DIR.");
    }

    private string? DefaultData()
    {
        var images = checkout is null ? null : Path.Combine(checkout, "samples", "images");
        return Directory.Exists(images) ? images : null;
    }

    /// <summary>Nothing is made here: a server that cannot make or use the folder says so, and runs without.</summary>
    private string? State()
    {
        if (sources.Find(ServeOptionNames.State) is not { } setting)
            return sources.Variable("XDG_STATE_HOME") is { } home && Path.IsPathRooted(home.Text) ? Path.Combine(home.Text, "bullpen") : StateInHome();
        if (setting.Text == NoState) return null;
        var path = FullPath(setting);
        for (var at = path; at is not null; at = Path.GetDirectoryName(at))
            if (File.Exists(at)) throw new OptionException($"{setting.Origin}: '{setting.Text}' cannot be a folder: there is a file in its place.");
        return path;
    }

    /// <summary>As any path, relative to where the server is started; made when the first request comes.</summary>
    private string? AccessLog()
    {
        if (sources.Find(ServeOptionNames.AccessLog) is not { } setting) return null;
        if (setting.Text.Trim().Equals(Off, StringComparison.OrdinalIgnoreCase)) return null;
        var path = FullPath(setting);
        return Directory.Exists(path) ? throw new OptionException($"{setting.Origin}: '{setting.Text}' is a folder, not a file.") : path;
    }

    /// <summary>Null for a user without a home.</summary>
    private string? StateInHome() =>
        sources.Variable("HOME") is { } home && Path.IsPathRooted(home.Text) ? Path.Combine(home.Text, ".local", "state", "bullpen") : null;

    /// <summary>The address to listen on.</summary>
    /// <exception cref="OptionException">It is none.</exception>
    internal string Urls()
    {
        var setting = sources.Find(ServeOptionNames.Urls);
        var url = setting?.Text ?? DefaultUrl;
        var address = Address(url) ?? throw Wrong(setting!, AddressRule);
        if (Port is not { } port) return url;
        if (!ushort.TryParse(port.Text, NumberStyles.None, CultureInfo.InvariantCulture, out var number)) throw Wrong(port, "a port from 0 to 65535");
        return new UriBuilder(address) { Port = number }.Uri.GetLeftPart(UriPartial.Authority);
    }

    /// <summary>Whoever reaches it may register and delete models: beyond the machine only where somebody says so.</summary>
    private string ManagementUrls(string urls, bool isExternal)
    {
        if (sources.Find(ServeOptionNames.ManagementUrls) is { } setting)
        {
            if (setting.Text.Equals(SameAddress, StringComparison.OrdinalIgnoreCase)) return urls;
            var (own, other) = (Address(setting.Text) ?? throw Wrong(setting, $"{AddressRule}, or the word {SameAddress}"), Address(urls)!);
            var collide = own.Port != 0 && own.Port == other.Port && own != other && (Holds(own, other) || Holds(other, own));
            return collide ? throw new OptionException($"{setting.Origin}: {setting.Text} and {urls} are one address; give another port, or the word {SameAddress}.") : setting.Text;
        }

        // A platform knows one port.
        if (isExternal || _sageMaker.Port is not null) return urls;
        var address = Address(urls)!;
        if (address.IsLoopback) return urls;
        if (address.Port == ushort.MaxValue)
            throw new OptionException($"{ServeOptionNames.ManagementUrls.Name} is needed: its default is the port after that of {ServeOptionNames.Urls.Name}, and {urls} has the last.");
        var port = address.Port == 0 ? 0 : address.Port + 1;
        return $"http://127.0.0.1:{port.ToString(CultureInfo.InvariantCulture)}";
    }

    /// <summary>True where listening on the one takes the other's address, too: any name but localhost stands for all.</summary>
    private static bool Holds(Uri one, Uri other) =>
        one.HostNameType == UriHostNameType.Dns ? one.Host != "localhost" || other.IsLoopback : one.Host is "0.0.0.0" or "[::]";

    private static Uri? Address(string url) =>
        Uri.TryCreate(url, UriKind.Absolute, out var address) && address.Scheme == Uri.UriSchemeHttp && address.PathAndQuery == "/" ? address : null;

    private string Eviction()
    {
        if (sources.Find(ServeOptionNames.Eviction) is not { } setting)
            return EvictionPolicies.DefaultFor(sources.Find(ServeOptionNames.MaxModels) is null ? null : 1);
        return EvictionPolicies.Find(setting.Text)?.Name ?? throw Wrong(setting, $"a policy; there is {string.Join(", ", EvictionPolicies.Names)}");
    }

    /// <summary>Users of a plain LRU expect its order; by worth a model that was just loaded would often be the next to go.</summary>
    private static TimeSpan MinResidencyOf(string eviction) =>
        eviction == LruEvictionPolicy.PolicyName ? TimeSpan.Zero : TimeSpan.FromSeconds(5);

    private static OptionException Wrong(Setting setting, string rule) => new($"{setting.Origin}: '{setting.Text}' is not {rule}.");
}
