namespace Bullpen.Core.Simulation;

/// <summary>A trace that cannot be read: one line that names the file, the line of it, and what was expected.</summary>
/// <param name="message">That line.</param>
public sealed class TraceException(string message) : Exception(message);
