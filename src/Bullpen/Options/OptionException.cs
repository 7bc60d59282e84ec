namespace Bullpen.Options;

/// <summary>What is wrong with the way the server was started: one line, with what to do.</summary>
internal sealed class OptionException(string message) : Exception(message);
