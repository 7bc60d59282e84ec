using System.Globalization;

namespace Bullpen.Onnx.Probe.Cold;

/// <summary>One load in a process of its own, as that process prints it. Milliseconds and bytes.</summary>
internal sealed record ColdLoad
{
    /// <summary>Creating the session.</summary>
    public double Created { get; init; }

    /// <summary>Creating it and the first run.</summary>
    public double Ready { get; init; }

    /// <summary>The median of later runs.</summary>
    public double Steady { get; init; }

    /// <summary>The same load once more in that process, after a dispose: created, and ready.</summary>
    public double AgainCreated { get; init; }

    public double AgainReady { get; init; }

    /// <summary>Growth of RssAnon over the load; over the load and runs that touch every weight.</summary>
    public double AnonLoaded { get; init; }

    public double AnonRun { get; init; }

    /// <summary>Growth of RssFile over the load and those runs.</summary>
    public double FileRun { get; init; }

    /// <summary>What Bullpen measured; 0 for a plain session.</summary>
    public double Private { get; init; }

    public double Mapped { get; init; }

    public static ColdLoad Parse(string line)
    {
        var values = line.Split(' ').Select(value => double.Parse(value, CultureInfo.InvariantCulture)).ToArray();
        return new ColdLoad
        {
            Created = values[0],
            Ready = values[1],
            Steady = values[2],
            AgainCreated = values[3],
            AgainReady = values[4],
            AnonLoaded = values[5],
            AnonRun = values[6],
            FileRun = values[7],
            Private = values[8],
            Mapped = values[9],
        };
    }

    public override string ToString() => string.Join(
        ' ',
        new[] { Created, Ready, Steady, AgainCreated, AgainReady, AnonLoaded, AnonRun, FileRun, Private, Mapped }
            .Select(value => value.ToString("F3", CultureInfo.InvariantCulture)));
}
