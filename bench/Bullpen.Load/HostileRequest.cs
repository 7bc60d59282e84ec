using System.Text;

namespace Bullpen.Load;

/// <summary>A request that costs more than it is worth, and the same bytes sent to where nobody reads them.</summary>
/// <param name="Name">What is wrong with it.</param>
/// <param name="Path">The route that reads it.</param>
/// <param name="Headers">Those that it takes beside Host, each with its line break.</param>
/// <param name="Body">As it goes over the wire.</param>
internal sealed record HostileRequest(string Name, string Path, string Headers, byte[] Body)
{
    /// <summary>Answers the same whatever the body says; the server reads it and throws it away.</summary>
    private const string Nowhere = "/no/such/route";

    /// <summary>The request's head.</summary>
    internal byte[] Head => HeadFor(Path);

    /// <summary>The head for the baseline.</summary>
    internal byte[] NowhereHead => HeadFor(Nowhere);

    private byte[] HeadFor(string path) => Encoding.ASCII.GetBytes($"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n{Headers}\r\n");
}
