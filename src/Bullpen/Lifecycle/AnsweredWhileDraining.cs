namespace Bullpen.Lifecycle;

/// <summary>Marks an endpoint that answers until the process ends, and that a drain does not wait for.</summary>
internal sealed class AnsweredWhileDraining;
