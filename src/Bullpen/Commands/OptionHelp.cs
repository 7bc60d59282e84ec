using System.Text;
using Bullpen.Options;

namespace Bullpen.Commands;

/// <summary>The options of serve as its help shows them: in groups, wrapped, with the variables that differ from the rule.</summary>
internal static class OptionHelp
{
    private const int Width = 100;

    private static readonly (string Heading, OptionDefinition[] Options)[] Groups =
    [
        ("Models", [ServeOptionNames.Repository, ServeOptionNames.Model, ServeOptionNames.ModelsConfig, ServeOptionNames.ModelStore, ServeOptionNames.Lifecycle, ServeOptionNames.Data, ServeOptionNames.Watch]),
        ("Memory", [ServeOptionNames.Memory, ServeOptionNames.MaxModels, ServeOptionNames.ChargeMapped, ServeOptionNames.Eviction, ServeOptionNames.MinResidency, ServeOptionNames.IdleTtl, ServeOptionNames.Preload, ServeOptionNames.LoadConcurrency, ServeOptionNames.MaxLease]),
        ("Requests", [ServeOptionNames.Workers, ServeOptionNames.Queue, ServeOptionNames.LoadWait, ServeOptionNames.MaxBody]),
        ("Archives and downloads", [ServeOptionNames.AllowedUrls, ServeOptionNames.PrivateDownloads, ServeOptionNames.MaxDownload, ServeOptionNames.MaxUnpacked]),
        ("Address, start and end", [ServeOptionNames.Urls, ServeOptionNames.ManagementUrls, ServeOptionNames.AllowedOrigins, ServeOptionNames.Dialect, ServeOptionNames.ServerName, ServeOptionNames.Grace, ServeOptionNames.State, ServeOptionNames.GraphStore, ServeOptionNames.AccessLog, ServeOptionNames.MetricsModels]),
    ];

    /// <summary>Every option; those of no group come last.</summary>
    internal static string Text()
    {
        var rest = ServeOptionNames.All.Except(Groups.SelectMany(group => group.Options)).Append(ConfigFile.Option);
        var text = new StringBuilder();
        foreach (var (heading, options) in Groups.Append(("Further", [.. rest]))) AppendGroup(text, heading, options);
        return text.ToString();
    }

    private static void AppendGroup(StringBuilder text, string heading, OptionDefinition[] options)
    {
        var left = ServeOptionNames.All.Max(option => Usage(option).Length) + 2;
        text.Append(heading).Append(":\n");
        foreach (var option in options)
        {
            var indent = $"  {Usage(option).PadRight(left)}";
            foreach (var line in Wrap(Description(option), Width - left - 2))
            {
                text.Append(indent).Append(line).Append('\n');
                indent = new string(' ', left + 2);
            }
        }

        text.Append('\n');
    }

    private static string Usage(OptionDefinition option) => $"{option.Flag} {option.Value}".TrimEnd();

    private static string Description(OptionDefinition option) =>
        option.Aliases.Length == 0 ? option.Description : $"{option.Description} Also: {string.Join(", ", option.Aliases)}.";

    private static IEnumerable<string> Wrap(string text, int width)
    {
        var line = "";
        foreach (var word in text.Split(' '))
        {
            if (line.Length > 0 && line.Length + 1 + word.Length > width)
            {
                yield return line;
                line = "";
            }

            line = line.Length == 0 ? word : $"{line} {word}";
        }

        yield return line;
    }
}
