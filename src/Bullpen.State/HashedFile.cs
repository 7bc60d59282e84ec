using Bullpen.Core.State;

namespace Bullpen.State;

/// <summary>A file whose hash is known for as long as its stamp stays the same.</summary>
/// <param name="File">The file as it was before and after it was hashed.</param>
/// <param name="Sha256">Lower-case hexadecimal.</param>
internal sealed record HashedFile(StampedFile File, string Sha256);
