namespace Bullpen.State;

/// <summary>The file is there and can be read, and is not what this version writes.</summary>
internal sealed class DamagedStateException(string message, Exception? inner = null) : Exception(message, inner);
