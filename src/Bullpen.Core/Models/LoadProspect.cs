namespace Bullpen.Core.Models;

/// <summary>What a caller is told who has waited in vain.</summary>
/// <param name="ReadyIn">
/// When the model may be ready, by measured load times: its own and those of the loads before it, one after another.
/// </param>
/// <param name="Reason">What it waits for, as sentences.</param>
internal readonly record struct LoadProspect(TimeSpan ReadyIn, string Reason);
