namespace Bullpen.Core.Inputs.Images;

/// <summary>What became of an attempt to read a file below the data folder.</summary>
public enum DataFileStatus
{
    /// <summary>The file was read.</summary>
    Read,

    /// <summary>There is no such regular file, or it is empty or cannot be read.</summary>
    NotFound,

    /// <summary>The path is absolute, has a <c>..</c>, or leads out of the folder through a link.</summary>
    Outside,

    /// <summary>The text cannot be a path: empty, too long, with a backslash or a control character.</summary>
    NotAPath,

    /// <summary>The server has no data folder.</summary>
    NoFolder,

    /// <summary>The file is larger than the limit.</summary>
    TooLarge,
}
