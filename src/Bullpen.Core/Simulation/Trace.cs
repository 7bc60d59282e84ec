namespace Bullpen.Core.Simulation;

/// <summary>Who was asked for when: recorded by a server, or made up.</summary>
/// <param name="Name">What people call it.</param>
/// <param name="Models">The models that requests point to.</param>
/// <param name="Requests">The requests, the earliest first.</param>
public sealed record Trace(string Name, IReadOnlyList<TraceModel> Models, IReadOnlyList<TraceRequest> Requests)
{
    /// <summary>From the beginning to the last request.</summary>
    public TimeSpan Length => Requests.Count == 0 ? TimeSpan.Zero : Requests[^1].At;

    /// <summary>What all models that are asked for take together, in bytes.</summary>
    public long AskedBytes => Requests.Select(request => request.Model).Distinct().Sum(model => Models[model].Bytes);
}
