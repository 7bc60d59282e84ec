using System.Globalization;
using System.Reflection;
using Bullpen.Core;

namespace Bullpen.Options;

/// <summary>All options with their values: by convention option <c>max-models</c> is read into the property <c>MaxModels</c>.</summary>
internal static class EffectiveOptions
{
    private const string Nothing = "–";

    /// <summary>Every option in the order of the help, the file of options first.</summary>
    internal static IReadOnlyList<EffectiveOption> Of(ServeOptions options, Func<OptionDefinition, Setting?> settingOf, Setting? configFile)
    {
        var file = new EffectiveOption(ConfigFile.Option.Name, configFile?.Text, configFile?.Text ?? Nothing, configFile);
        return [file, .. ServeOptionNames.All.Select(option => Of(option, ValueOf(option, options), settingOf(option)))];
    }

    private static EffectiveOption Of(OptionDefinition option, object? value, Setting? setting)
    {
        var text = value switch
        {
            null => Nothing,
            long bytes => ByteSize.ShowExactly(bytes),
            TimeSpan time => Duration.Show(time),
            _ => Convert.ToString(value, CultureInfo.InvariantCulture)!,
        };
        return new EffectiveOption(option.Name, value, text, setting);
    }

    private static object? ValueOf(OptionDefinition option, ServeOptions options)
    {
        var name = string.Concat(option.Name.Split('-').Select(word => char.ToUpperInvariant(word[0]) + word[1..]));
        var property = typeof(ServeOptions).GetProperty(name, BindingFlags.Public | BindingFlags.Instance)
            ?? throw new InvalidOperationException($"The option {option.Name} has no property {name} in {nameof(ServeOptions)}.");
        return property.GetValue(options);
    }
}
