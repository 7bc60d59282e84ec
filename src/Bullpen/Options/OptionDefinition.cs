namespace Bullpen.Options;

/// <summary>One thing that a user can set: the same name on the command line, in the environment and in the file.</summary>
/// <param name="Name">Kebab case, without dashes: <c>max-models</c>.</param>
/// <param name="Value">What to put after it in the help: <c>N</c>, <c>DIR</c>.</param>
/// <param name="Description">One sentence with the default.</param>
/// <param name="Aliases">Further environment variables that mean the same, from servers that users come from; Bullpen's own wins.</param>
internal sealed record OptionDefinition(string Name, string Value, string Description, params string[] Aliases)
{
    /// <summary>The unit of a bare number in a variable, where servers that users come from mean another than Bullpen: <c>m</c>, <c>MiB</c>.</summary>
    internal IReadOnlyDictionary<string, string> Units { get; init; } = new Dictionary<string, string>();

    /// <summary>On the command line.</summary>
    internal string Flag => "--" + Name;

    /// <summary>In the environment, strongest first.</summary>
    internal IEnumerable<string> EnvironmentVariables => Aliases.Prepend("BULLPEN_" + Name.ToUpperInvariant().Replace('-', '_'));
}
