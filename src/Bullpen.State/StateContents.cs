using Bullpen.Core.State;

namespace Bullpen.State;

/// <summary>All that a database held when it was opened.</summary>
internal sealed record StateContents(
    IReadOnlyList<Registration> Registrations,
    IReadOnlyList<(string Name, DateTimeOffset At)> Uses,
    IReadOnlyList<HashedFile> Files,
    IReadOnlyList<Measure> Measures);
