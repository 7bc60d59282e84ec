namespace Bullpen.Onnx.Graphs;

/// <summary>An entry's files are not what was written.</summary>
internal sealed class DamagedEntryException(string message) : Exception(message);
