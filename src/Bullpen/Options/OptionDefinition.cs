namespace Bullpen.Options;

/// <summary>One thing that a user can set: the same name on the command line, in the environment and in the file.</summary>
/// <param name="Name">Kebab case, without dashes: <c>max-models</c>.</param>
/// <param name="Value">What to put after it in the help: <c>N</c>, <c>DIR</c>.</param>
/// <param name="Description">One sentence with the default.</param>
/// <param name="Aliases">Further environment variables that mean the same, from servers that users come from; Bullpen's own wins.</param>
internal sealed record OptionDefinition(string Name, string Value, string Description, params string[] Aliases)
{
    /// <summary>On the command line.</summary>
    internal string Flag => "--" + Name;

    /// <summary>In the environment, strongest first.</summary>
    internal IEnumerable<string> EnvironmentVariables => Aliases.Prepend("BULLPEN_" + Name.ToUpperInvariant().Replace('-', '_'));
}
