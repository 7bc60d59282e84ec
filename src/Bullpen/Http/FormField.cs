namespace Bullpen.Http;

/// <summary>One field of a form.</summary>
/// <param name="Name">Its name.</param>
/// <param name="MediaType">Of a file; null for a field that was typed in.</param>
/// <param name="Value">Its content.</param>
internal sealed record FormField(string Name, string? MediaType, ReadOnlyMemory<byte> Value);
