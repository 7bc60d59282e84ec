using Bullpen.Core;

namespace Bullpen.Options;

/// <summary>How long a supervisor tries to start the server: a variable of the environment alone, because its arguments are the server's.</summary>
internal static class StartupTimeout
{
    private static readonly TimeSpan Default = TimeSpan.FromSeconds(60);

    internal static readonly OptionDefinition Option = new(
        "startup-timeout", "TIME", "How long 'bullpen entrypoint serve' tries again where the address is taken. Default: 60s.", "SAGEMAKER_STARTUP_TIMEOUT");

    /// <summary>The time in force.</summary>
    /// <param name="environment">Reads an environment variable.</param>
    /// <exception cref="OptionException">It is no time.</exception>
    internal static TimeSpan Read(Func<string, string?> environment)
    {
        foreach (var name in Option.EnvironmentVariables)
        {
            if (environment(name) is not { Length: > 0 } text) continue;
            return Duration.TryParse(text, out var time) ? time : throw new OptionException($"{name}: '{text}' is not {Duration.Rule}.");
        }

        return Default;
    }
}
