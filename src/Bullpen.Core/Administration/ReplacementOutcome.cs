namespace Bullpen.Core.Administration;

/// <summary>What came of putting one model in the place of another.</summary>
internal enum ReplacementOutcome
{
    /// <summary>The successor is in service.</summary>
    Replaced,

    /// <summary>The successor was found wanting, and the one before stays in service.</summary>
    Rejected,

    /// <summary>An operator changed the one before meanwhile: nothing was done.</summary>
    Overtaken,
}
