using Bullpen.Core.Repository;

namespace Bullpen.Core.Access;

/// <summary>One request for a model.</summary>
/// <param name="At">When the model was asked for.</param>
/// <param name="Model">Which one.</param>
/// <param name="Outcome">What came of it.</param>
/// <param name="Wait">How long it waited for the model.</param>
/// <param name="Bytes">What the model takes in memory; 0 where that is not known.</param>
/// <param name="LoadTime">How long its last load took; zero where that is not known.</param>
public readonly record struct AccessRecord(
    DateTimeOffset At, ModelId Model, AccessOutcome Outcome, TimeSpan Wait, long Bytes, TimeSpan LoadTime);
