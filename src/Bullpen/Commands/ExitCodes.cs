namespace Bullpen.Commands;

/// <summary>What the process says to the one that started it.</summary>
internal static class ExitCodes
{
    internal const int Done = 0;

    /// <summary>A value is wrong, or what was asked for could not be done.</summary>
    internal const int Failed = 1;

    /// <summary>Wrongly called: an unknown option or command, a missing value.</summary>
    internal const int WronglyCalled = 2;

    /// <summary>The address is taken or not there yet; the same start may succeed later. EX_TEMPFAIL of sysexits.h.</summary>
    internal const int TryAgain = 75;

    /// <summary>A command to be run in place is there and cannot be executed. As shells say it.</summary>
    internal const int NotExecutable = 126;

    /// <summary>A command to be run in place is not there. As shells say it.</summary>
    internal const int NotFound = 127;
}
