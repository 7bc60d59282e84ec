namespace Bullpen.Lifecycle;

/// <summary>On an endpoint that says that the server is healthy: where that is for a single model, it is not before that was loaded.</summary>
internal sealed class AwaitsSingleModel;
