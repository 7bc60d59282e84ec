using System.Globalization;
using System.Text;

namespace Bullpen.Tests.Telemetry;

/// <summary>One answer of <c>GET /metrics</c>, read by the letter of the format: anything that it does not allow is an error.</summary>
public sealed class Scrape
{
    private readonly Dictionary<string, double> _samples = new(StringComparer.Ordinal);

    public Scrape(string text)
    {
        Text = text;
        text.ShouldEndWith("\n");
        foreach (var line in text[..^1].Split('\n')) Read(line);
    }

    public string Text { get; }

    /// <summary>By metric: counter, gauge or histogram.</summary>
    public Dictionary<string, string> Types { get; } = new(StringComparer.Ordinal);

    public Dictionary<string, string> Help { get; } = new(StringComparer.Ordinal);

    /// <summary>By name and labels, the labels unescaped, parted by commas, as given: <c>name{a=x,b=y}</c>.</summary>
    public IReadOnlyDictionary<string, double> Samples => _samples;

    public double this[string sample] =>
        _samples.TryGetValue(sample, out var value) ? value : throw new ShouldAssertException($"No {sample} in\n{Text}");

    /// <summary>Samples whose value must never fall: counters, and what histograms consist of.</summary>
    public IEnumerable<KeyValuePair<string, double>> Growing => _samples.Where(sample => TypeOf(sample.Key) is "counter" or "histogram");

    public static async Task<Scrape> OfAsync(RunningServer server)
    {
        var answer = await server.GetAsync("/metrics");
        answer.Status.ShouldBe(200, answer.Body);
        return new Scrape(answer.Body);
    }

    /// <summary>Scrapes until something holds; the limit only turns a hang into a message.</summary>
    public static async Task<Scrape> UntilAsync(RunningServer server, Func<Scrape, bool> holds)
    {
        using var limit = new CancellationTokenSource(TimeSpan.FromSeconds(30));
        while (true)
        {
            var scrape = await OfAsync(server);
            if (holds(scrape)) return scrape;
            limit.IsCancellationRequested.ShouldBeFalse($"It does not hold within 30 s in\n{scrape.Text}");
        }
    }

    private string TypeOf(string sample)
    {
        var name = sample.Split('{')[0];
        if (Types.TryGetValue(name, out var type)) return type;
        foreach (var suffix in new[] { "_bucket", "_sum", "_count" })
            if (name.EndsWith(suffix, StringComparison.Ordinal) && Types.GetValueOrDefault(name[..^suffix.Length]) == "histogram") return "histogram";
        throw new ShouldAssertException($"{sample} has no TYPE before it.");
    }

    private void Read(string line)
    {
        if (line.StartsWith("# HELP ", StringComparison.Ordinal))
        {
            var parts = line.Split(' ', 4);
            Help.Add(parts[2], parts[3]);
        }
        else if (line.StartsWith("# TYPE ", StringComparison.Ordinal))
        {
            var parts = line.Split(' ');
            Types.Add(parts[2], parts[3]);
        }
        else
        {
            var at = 0;
            var name = Word(line, ref at);
            var labels = new StringBuilder();
            if (line[at] == '{') ReadLabels(line, ref at, labels);
            line[at++].ShouldBe(' ');
            var key = labels.Length == 0 ? name : $"{name}{{{labels}}}";
            _samples.Add(key, Number(line[at..]));
            TypeOf(key).ShouldNotBeEmpty();
        }
    }

    private static void ReadLabels(string line, ref int at, StringBuilder labels)
    {
        do
        {
            at++;
            if (labels.Length > 0) labels.Append(',');
            labels.Append(Word(line, ref at)).Append('=');
            line[at++].ShouldBe('=');
            line[at++].ShouldBe('"');
            while (line[at] != '"')
            {
                var c = line[at++];
                labels.Append(c != '\\' ? c : line[at++] switch
                {
                    'n' => '\n',
                    '\\' => '\\',
                    '"' => '"',
                    var other => throw new ShouldAssertException($"\\{other} is no escape: {line}"),
                });
            }

            at++;
        }
        while (line[at] == ',');
        line[at++].ShouldBe('}');
    }

    private static string Word(string line, ref int at)
    {
        var start = at;
        while (char.IsAsciiLetterOrDigit(line[at]) || line[at] is '_' or ':') at++;
        at.ShouldBeGreaterThan(start, line);
        char.IsAsciiDigit(line[start]).ShouldBeFalse(line);
        return line[start..at];
    }

    private static double Number(string text) => text switch
    {
        "+Inf" => double.PositiveInfinity,
        "-Inf" => double.NegativeInfinity,
        "NaN" => double.NaN,
        _ => double.Parse(text, NumberStyles.Float & ~NumberStyles.AllowLeadingWhite & ~NumberStyles.AllowTrailingWhite, CultureInfo.InvariantCulture),
    };
}
