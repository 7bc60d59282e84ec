namespace Bullpen.Options;

/// <summary>The places that an option's value can come from, weakest first.</summary>
internal enum SettingSource
{
    Default,
    File,
    Environment,
    CommandLine,
}
