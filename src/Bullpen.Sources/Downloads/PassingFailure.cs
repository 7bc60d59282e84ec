namespace Bullpen.Sources.Downloads;

/// <summary>A server's answer after which another try may succeed.</summary>
internal sealed class PassingFailure(string reason, int status = 0) : Exception(reason)
{
    /// <summary>The status that the server answered with; 0 where it answered with something else that does not fit.</summary>
    internal int Status => status;
}
