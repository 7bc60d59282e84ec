namespace Bullpen.Core.Models;

/// <summary>Why a model leaves memory.</summary>
public enum LeaveReason
{
    /// <summary>To make room for another.</summary>
    Evicted,

    /// <summary>Another definition has taken its place in the catalogue, or its files are gone.</summary>
    Replaced,

    /// <summary>Somebody asked for it.</summary>
    Requested,

    /// <summary>It was idle for as long as a request, its manifest or <c>--idle-ttl</c> allow.</summary>
    Expired,

    /// <summary>The server is shutting down.</summary>
    Shutdown,
}
