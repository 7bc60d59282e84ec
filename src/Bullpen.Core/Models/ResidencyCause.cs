namespace Bullpen.Core.Models;

/// <summary>Why a model is in memory, or is not.</summary>
public enum ResidencyCause
{
    /// <summary>In memory.</summary>
    Ready,

    /// <summary>Asked for, and waiting for room.</summary>
    WaitsForRoom,

    /// <summary>It has room, and waits until another load ends.</summary>
    WaitsForTurn,

    /// <summary>Being loaded.</summary>
    Loading,

    /// <summary>On its way out; requests still use it.</summary>
    Draining,

    /// <summary>Its memory is being given back.</summary>
    Unloading,

    /// <summary>Not one that can be served: its file or manifest is wrong.</summary>
    Broken,

    /// <summary>Its last load failed.</summary>
    Failed,

    /// <summary>Larger than the whole budget.</summary>
    TooLarge,

    /// <summary>Pinned models leave no room for it.</summary>
    KeptOutByPins,

    /// <summary>Everybody who had asked for it gave up before its load began.</summary>
    GivenUp,

    /// <summary>It was evicted.</summary>
    Evicted,

    /// <summary>It was unloaded because somebody asked for that.</summary>
    Requested,

    /// <summary>It was unloaded because nobody had used it for long enough.</summary>
    Expired,

    /// <summary>Its files were replaced, and nobody has asked for what they hold now.</summary>
    Replaced,

    /// <summary>The server is shutting down.</summary>
    Shutdown,

    /// <summary>Nobody asked for it since the server started.</summary>
    NeverAsked,
}
