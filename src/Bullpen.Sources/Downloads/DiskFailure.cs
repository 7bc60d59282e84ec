namespace Bullpen.Sources.Downloads;

/// <summary>The disk refused what a download brought: no fault of the network, though both are an <see cref="IOException"/>.</summary>
internal sealed class DiskFailure(Exception cause) : Exception(cause.Message, cause)
{
    /// <summary>What the disk said.</summary>
    internal Exception Cause => InnerException!;
}
