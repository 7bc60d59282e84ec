namespace Bullpen.Tests.Sources;

/// <summary>Waiting for a token.</summary>
internal static class CancellationTokens
{
    /// <summary>Completes when the token is cancelled.</summary>
    internal static Task AsTask(this CancellationToken token)
    {
        var cancelled = new TaskCompletionSource(TaskCreationOptions.RunContinuationsAsynchronously);
        token.Register(() => cancelled.TrySetResult());
        return cancelled.Task;
    }
}
