namespace Bullpen.Core;

/// <summary>Every failure that a caller can meet, named once. Each protocol maps these to its own statuses in one place.</summary>
public enum ServingErrorKind
{
    /// <summary>The request cannot be read: broken JSON, a missing or unknown field, a bad parameter.</summary>
    InvalidRequest,

    /// <summary>The request was read, but its data does not fit the model: names, types, shapes, columns, an unreadable image.</summary>
    InvalidInput,

    /// <summary>The body, or a count in it, is over a limit; the message names limit and option.</summary>
    TooLarge,

    /// <summary>No model of that name or version is registered.</summary>
    ModelNotFound,

    /// <summary>The place a registration names holds no model, or is not one that may be read.</summary>
    ModelSourceNotFound,

    /// <summary>The url of a registration may not be downloaded, or its download failed; the message says why and what to do.</summary>
    DownloadFailed,

    /// <summary>A model of that name is registered already.</summary>
    ModelAlreadyRegistered,

    /// <summary>The model's file or manifest is not one that can be loaded, now or later; the message says what it looks like.</summary>
    InvalidModel,

    /// <summary>The model could not be loaded for a reason that may pass (an I/O error, say).</summary>
    ModelLoadFailed,

    /// <summary>The model needs more memory than the whole budget has.</summary>
    ModelTooLarge,

    /// <summary>The model has no room beside those in memory, none of which leaves unasked. May be retried after another was unloaded.</summary>
    InsufficientMemory,

    /// <summary>No room for the model became free, or its load did not end, within the load wait. May be retried.</summary>
    LoadTimeout,

    /// <summary>The model's queue is full. May be retried.</summary>
    Overloaded,

    /// <summary>The server is shutting down. May be retried elsewhere.</summary>
    ShuttingDown,

    /// <summary>The model accepted its inputs and failed while running.</summary>
    ExecutionFailed,

    /// <summary>Nothing answers at that path.</summary>
    RouteNotFound,

    /// <summary>There is no such lease of a client, or none any more.</summary>
    LeaseNotFound,

    /// <summary>Something answers at that path, but not to that verb.</summary>
    VerbNotAllowed,

    /// <summary>A fault of the server itself; its log has the details.</summary>
    Internal,

    /// <summary>Whoever asks may not have it: the server's policy, or a web page of others.</summary>
    NotAllowed,

    /// <summary>What is asked for is known and not supported by this server.</summary>
    NotSupported,
}
