namespace Bullpen.Onnx.Graphs;

/// <summary>A file of an entry as it was written.</summary>
/// <param name="Length">Bytes.</param>
/// <param name="Checksum">See <see cref="BlockChecksum"/>.</param>
internal sealed record EntryFile(long Length, string Checksum);
