using System.Text.RegularExpressions;
using Bullpen.Core.Repository;

namespace Bullpen.Options;

/// <summary>Finds variables that look like options and are none: a slip there would otherwise be silent.</summary>
internal static partial class UnknownVariables
{
    private const string Prefix = "BULLPEN_";

    /// <summary>One line for each variable that begins like Bullpen's and names no option.</summary>
    internal static IEnumerable<string> Warnings(IEnumerable<string> variables)
    {
        var known = ServeOptionNames.All.Append(ConfigFile.Option).Append(StartupTimeout.Option).SelectMany(option => option.EnvironmentVariables).ToHashSet(StringComparer.Ordinal);
        foreach (var variable in variables.Where(name => name.StartsWith(Prefix, StringComparison.Ordinal)).Order(StringComparer.Ordinal))
        {
            if (known.Contains(variable) || SetByKubernetes().IsMatch(variable)) continue;
            var near = NearNames.Find(variable, known.Where(name => name.StartsWith(Prefix, StringComparison.Ordinal)), limit: 2);
            yield return near.Count > 0
                ? $"The environment variable {variable} is no option of Bullpen; did you mean {string.Join(" or ", near)}?"
                : $"The environment variable {variable} is no option of Bullpen; 'bullpen config' lists them.";
        }
    }

    /// <summary>
    /// What Kubernetes sets in every container for a service named bullpen or bullpen-something:
    /// https://kubernetes.io/docs/concepts/services-networking/service/#environment-variables.
    /// </summary>
    [GeneratedRegex("^BULLPEN_([A-Z0-9_]+_)?(SERVICE_HOST|SERVICE_PORT(_[A-Z0-9_]+)?|PORT(_[0-9]+_(TCP|UDP|SCTP)(_(PROTO|PORT|ADDR))?)?)$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex SetByKubernetes();
}
