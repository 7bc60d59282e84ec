namespace Bullpen.Http;

/// <summary>The verbs of a route that reads: HEAD answers like GET, without the body.</summary>
internal static class HttpVerbs
{
    internal static readonly string[] Read = ["GET", "HEAD"];
}
