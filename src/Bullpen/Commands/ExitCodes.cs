namespace Bullpen.Commands;

/// <summary>What the process says to the one that started it.</summary>
internal static class ExitCodes
{
    internal const int Done = 0;

    /// <summary>A value is wrong, or what was asked for could not be done.</summary>
    internal const int Failed = 1;

    /// <summary>Wrongly called: an unknown option or command, a missing value.</summary>
    internal const int WronglyCalled = 2;
}
