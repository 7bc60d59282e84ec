namespace Bullpen.Core.Telemetry;

/// <summary>The members of an enumeration as label values, in snake case, written once: <c>model_not_found</c>.</summary>
public sealed class EnumLabels<TEnum>
    where TEnum : struct, Enum
{
    private readonly Dictionary<TEnum, string> _words = Enum.GetValues<TEnum>().ToDictionary(value => value, value => Word(value.ToString()));

    /// <summary>Every value.</summary>
    public IEnumerable<string> All => _words.Values;

    /// <summary>The value for a member.</summary>
    public string Of(TEnum value) => _words[value];

    private static string Word(string name) => string.Concat(
        name.Select((c, i) => char.IsUpper(c) && i > 0 ? $"_{char.ToLowerInvariant(c)}" : $"{char.ToLowerInvariant(c)}"));
}
