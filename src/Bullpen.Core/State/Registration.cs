namespace Bullpen.Core.State;

/// <summary>A registration by API, as it was asked for: it is resolved anew at each start.</summary>
/// <param name="Name">The model's name.</param>
/// <param name="Url">Where it lies, as the caller wrote it.</param>
/// <param name="At">When it was registered.</param>
public sealed record Registration(string Name, string Url, DateTimeOffset At);
