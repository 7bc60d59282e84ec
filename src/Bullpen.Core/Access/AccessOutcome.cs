namespace Bullpen.Core.Access;

/// <summary>How a request for a model ended, as far as the model was concerned.</summary>
public enum AccessOutcome
{
    /// <summary>It was ready.</summary>
    Hit,

    /// <summary>It had to be waited for, and was loaded.</summary>
    Miss,

    /// <summary>It could not be had: too large, broken, not in time, or the caller gave up.</summary>
    Refused,
}
