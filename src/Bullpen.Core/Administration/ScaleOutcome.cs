namespace Bullpen.Core.Administration;

/// <summary>How far a change of a model's workers has come when it is answered.</summary>
public enum ScaleOutcome
{
    /// <summary>It is as it was asked for.</summary>
    Done,

    /// <summary>The caller did not want to wait: it is on its way, and what becomes of it is logged and listed.</summary>
    Begun,

    /// <summary>The caller waited as long as a request waits for a load, and the load still runs.</summary>
    InProgress,
}
