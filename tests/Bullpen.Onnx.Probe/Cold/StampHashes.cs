using System.Security.Cryptography;
using System.Text;
using Bullpen.Core.State;

namespace Bullpen.Onnx.Probe.Cold;

/// <summary>Takes a file's stamp for its content: nobody changes models while they are measured.</summary>
internal sealed class StampHashes : IContentHashes
{
    public bool IsAvailable => true;

    public string? HashOf(IReadOnlyList<StampedFile> files) =>
        Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(string.Join('\n', files))));

    public Task<string?> HashAsync(IReadOnlyList<StampedFile> files, CancellationToken cancellationToken) => Task.FromResult(HashOf(files));
}
