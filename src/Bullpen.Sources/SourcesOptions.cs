using System.Net;
using Bullpen.Core.Repository;
using Bullpen.Sources.Archives;

namespace Bullpen.Sources;

/// <summary>Where unpacked models lie, what may be downloaded, and how much of it.</summary>
public sealed record SourcesOptions
{
    /// <summary>The folder of unpacked models, absolute, made when it is needed; null: a folder of this run's own, deleted at its end.</summary>
    public string? Folder { get; init; }

    /// <summary>What an archive may hold.</summary>
    public ArchiveLimits Limits { get; init; } = new();

    /// <summary>The prefixes that may be downloaded from. Default: none.</summary>
    public AllowedUrls AllowedUrls { get; init; } = AllowedUrls.None;

    /// <summary>True where host names of the allow-list may lead to loopback and private addresses. Default false.</summary>
    public bool AllowPrivate { get; init; }

    /// <summary>The largest download in bytes. Default 2 GiB.</summary>
    public long MaxDownload { get; init; } = 2L << 30;

    /// <summary>Downloads and archives of registrations at once; more wait. Default 2.</summary>
    public int MaxAtOnce { get; init; } = 2;

    /// <summary>Downloads and archives that run or wait, each counted once however many ask for it; more are refused. Default 32.</summary>
    public int MaxUnderWay { get; init; } = 32;

    /// <summary>How long one download may take, with all its tries. Default 1 h.</summary>
    public TimeSpan Timeout { get; init; } = TimeSpan.FromHours(1);

    /// <summary>How long a rate is measured before it is judged. Default 30 s.</summary>
    public TimeSpan RateWindow { get; init; } = TimeSpan.FromSeconds(30);

    /// <summary>Bytes that must come in each <see cref="RateWindow"/>. Default 300 KiB, which is 10 KiB a second.</summary>
    public long MinBytesPerWindow { get; init; } = 300 * 1024;

    /// <summary>How often a download is begun or resumed before it is given up. Default 5.</summary>
    public int MaxTries { get; init; } = 5;

    /// <summary>How long is waited before the second try, doubled for each further one. Default 500 ms.</summary>
    public TimeSpan FirstPause { get; init; } = TimeSpan.FromMilliseconds(500);

    /// <summary>Redirects that are followed, each checked against the allow-list. Default 5.</summary>
    public int MaxRedirects { get; init; } = 5;

    /// <summary>Looks a host name up.</summary>
    internal Func<string, CancellationToken, Task<IPAddress[]>> Resolve { get; init; } = static (host, token) => Dns.GetHostAddressesAsync(host, token);
}
