using Bullpen.Core;
using Bullpen.Core.Repository;
using Bullpen.Sources.Archives;

namespace Bullpen.Sources;

/// <summary>What goes wrong with archives and downloads, as callers are told.</summary>
internal static class SourceErrors
{
    // ENOSPC and EDQUOT of Linux and of macOS, ERROR_DISK_FULL and ERROR_HANDLE_DISK_FULL of Windows.
    private static readonly int[] DiskFull = [28, 122, 69, unchecked((int)0x80070070), unchecked((int)0x80070027)];

    /// <summary>The words that a failed download begins with are those of multi-model-server.</summary>
    internal static ServingException Download(string shownUrl, string reason, Exception? inner = null) =>
        new(ServingErrorKind.DownloadFailed, $"Failed to download model from: {shownUrl}: {reason}.", inner) { Field = "url" };

    /// <summary>The server answered with a status that is no success.</summary>
    internal static ServingException Status(string shownUrl, int status) => new(
        ServingErrorKind.DownloadFailed, $"Failed to download model from: {shownUrl}, code: {status}. That is what the server answered; see that the url is right and may be read.")
    { Field = "url" };

    internal static ServingException Archive(string shownUrl, ArchiveException e) =>
        new(ServingErrorKind.InvalidModel, $"{shownUrl} {e.Message}", e) { Field = "url" };

    /// <summary>A disk that refuses; the next try may succeed.</summary>
    internal static ServingException Disk(string shownUrl, Exception e) => new(
        ServingErrorKind.ModelLoadFailed, $"{shownUrl} could not be unpacked: {Reason(e)}. Nothing of it was kept.", e)
    { Field = "url" };

    /// <summary>The words of <see cref="SourceUrl.Shown"/> for what lies in the store: its last part is enough, and never a path of this machine.</summary>
    internal static string ShownArchive(string url) => SourceUrl.Shown(url[(url.LastIndexOf('/') + 1)..]);

    private static string Reason(Exception e) => e switch
    {
        _ when DiskFull.Contains(e.HResult) => "the disk of the state folder is full (--state)",
        UnauthorizedAccessException => "permission denied, on the archive or in the state folder (--state)",
        FileNotFoundException or DirectoryNotFoundException => "it went away meanwhile",
        _ => "the file system reported an error",
    };
}
