namespace Bullpen.Core.Models;

/// <summary>How many workers an operator wants a model to have: permits of its one session, not copies of it.</summary>
/// <param name="Least">At least 1: the model is to be in memory and stay there; 0: it may be unloaded.</param>
/// <param name="Most">Requests that may run in it at once; 0: it is to leave memory, and a request loads it again.</param>
public sealed record WorkerRange(int Least, int Most);
