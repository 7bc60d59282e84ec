using System.Globalization;

namespace Bullpen.Core.Simulation;

/// <summary>
/// Traces that are made up, the same for the same seed. Requests come at random (Poisson), <see cref="Rate"/> a second on the
/// average; models are those of <see cref="MeasuredModels"/>.
/// </summary>
public sealed record SyntheticTrace
{
    /// <summary>What <see cref="Parse"/> takes, for messages.</summary>
    public const string Rule = "zipf:S (S from 0 to 5, such as zipf:1.0), drift, scan or uniform";

    private const double Skew = 1.0;
    private const double ShareExchanged = 0.02;
    private static readonly TimeSpan BetweenShifts = TimeSpan.FromMinutes(10);
    private static readonly TimeSpan BetweenScans = TimeSpan.FromHours(1);
    private static readonly TimeSpan BetweenScanned = TimeSpan.FromMilliseconds(200);

    private SyntheticTrace(string name, double exponent) => (Name, Exponent) = (name, exponent);

    /// <summary>As <see cref="Parse"/> takes it.</summary>
    public string Name { get; }

    /// <summary>How many models. At least 1.</summary>
    public int Models { get; init; } = 1000;

    /// <summary>How many requests, not counting scans. At least 1.</summary>
    public int Requests { get; init; } = 1_000_000;

    /// <summary>Requests a second.</summary>
    public double Rate { get; init; } = 5;

    /// <summary>
    /// True, the default: large models load as this server loads what it loaded before, from its store of optimised graphs; false: from
    /// their own files, as without one.
    /// </summary>
    public bool AreStored { get; init; } = true;

    /// <summary>Of the chance in it.</summary>
    public int Seed { get; init; } = 1;

    /// <summary>The exponent of Zipf's law.</summary>
    internal double Exponent { get; }

    /// <summary>
    /// <c>zipf:S</c>: popularity by Zipf's law. <c>uniform</c>: all models alike. <c>drift</c>: Zipf 1.0, where every ten minutes
    /// two in a hundred models exchange their popularity with another. <c>scan</c>: Zipf 1.0, and every hour each model once more, one
    /// every 200 ms. Null where the name is none of these.
    /// </summary>
    public static SyntheticTrace? Parse(string name)
    {
        if (name is "uniform") return new SyntheticTrace(name, 0);
        if (name is "drift" or "scan") return new SyntheticTrace(name, Skew);
        return name.StartsWith("zipf:", StringComparison.Ordinal)
            && double.TryParse(name.AsSpan(5), NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var exponent) && exponent <= 5
            ? new SyntheticTrace(name, exponent)
            : null;
    }

    /// <summary>Makes it.</summary>
    public Trace Make()
    {
        var random = new Random(Seed);
        var models = MeasuredModels.Take(Models, AreStored, random);
        var popularity = new Popularity(Models, Exponent, random);
        var requests = new List<TraceRequest>(Requests);
        var (now, shift, scan) = (TimeSpan.Zero, BetweenShifts, BetweenScans);
        while (requests.Count < Requests)
        {
            now += TimeSpan.FromSeconds(-Math.Log(1 - random.NextDouble()) / Rate);
            for (; Name == "drift" && now >= shift; shift += BetweenShifts)
                popularity.Shift((int)Math.Ceiling(Models * ShareExchanged), random);
            requests.Add(new TraceRequest(now, popularity.Draw(random)));
        }

        for (; Name == "scan" && scan <= now; scan += BetweenScans)
            for (var model = 0; model < Models; model++)
                requests.Add(new TraceRequest(scan + (model * BetweenScanned), model));
        return new Trace(Name, models, Name == "scan" ? [.. requests.OrderBy(request => request.At)] : requests);
    }
}
