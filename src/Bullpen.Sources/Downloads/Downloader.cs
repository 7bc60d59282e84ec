using System.Net;
using System.Net.Http.Headers;
using Bullpen.Core;
using Bullpen.Core.Repository;
using Microsoft.Extensions.Logging;

namespace Bullpen.Sources.Downloads;

/// <summary>
/// Brings what a url leads to into a file: redirects checked, size and rate limited, resumed where the connection breaks
/// and the server has a strong ETag (RFC 9110, 13.1.5 and 14), begun anew where it has none.
/// </summary>
internal sealed class Downloader(SourcesOptions options, TimeProvider time, ILogger log) : IDisposable
{
    private const int BufferBytes = 128 * 1024;

    private readonly HttpClient _http = new CheckedConnector(options).MakeClient();

    /// <summary>The allow-list's entry for a url.</summary>
    /// <exception cref="ServingException"><see cref="ServingErrorKind.DownloadFailed"/>: there is none.</exception>
    internal AllowedUrl EntryOf(Uri address, string shownUrl, string what = "it") => options.AllowedUrls.Find(address) ?? throw SourceErrors.Download(
        shownUrl,
        options.AllowedUrls.IsEmpty
            ? "this server downloads nothing, because --allowed-urls is empty; name a prefix there, or put the model into the model store"
            : $"{what} is not below any prefix of --allowed-urls");

    /// <summary>Downloads to a file that is not there yet. Deleting it after a failure is the caller's part.</summary>
    /// <exception cref="ServingException"><see cref="ServingErrorKind.DownloadFailed"/>.</exception>
    /// <exception cref="DiskFailure">The file cannot be written.</exception>
    internal async Task DownloadAsync(DownloadUrl url, string path, CancellationToken cancellationToken)
    {
        using var overall = new CancellationTokenSource(options.Timeout, time);
        using var rate = new RateWatch(options, time);
        using var any = CancellationTokenSource.CreateLinkedTokenSource(cancellationToken, overall.Token, rate.Stalled);
        await using var file = new PartFile(path);
        try
        {
            await TryUntilDoneAsync(url, file, rate, any.Token);
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested && rate.Stalled.IsCancellationRequested)
        {
            throw SourceErrors.Download(
                url.Shown, $"the server stalled: in {options.RateWindow.TotalSeconds:0} s fewer than {options.MinBytesPerWindow:N0} bytes came; try again when it is faster", e);
        }
        catch (OperationCanceledException e) when (!cancellationToken.IsCancellationRequested && overall.IsCancellationRequested)
        {
            throw SourceErrors.Download(url.Shown, $"it took longer than {options.Timeout.TotalMinutes:0} min; put the model into the model store instead", e);
        }
    }

    public void Dispose() => _http.Dispose();

    private async Task TryUntilDoneAsync(DownloadUrl url, PartFile file, RateWatch rate, CancellationToken cancellationToken)
    {
        var progress = new DownloadProgress(url.Shown, time, log);
        for (var @try = 1; ; @try++)
        {
            try
            {
                await TryAsync(url, file, rate, progress, cancellationToken);
                progress.End(file.Length);
                return;
            }
            catch (Exception e) when (!cancellationToken.IsCancellationRequested && e is HttpRequestException or IOException or PassingFailure or OperationCanceledException)
            {
                if (RefusalIn(e) is { } refusal) throw SourceErrors.Download(url.Shown, refusal, e);
                var reason = ReasonOf(e);
                log.DownloadBroke(url.Shown, file.Length, @try, options.MaxTries, reason);
                if (@try == options.MaxTries)
                    throw e is PassingFailure { Status: > 0 and var status } ? SourceErrors.Status(url.Shown, status) : SourceErrors.Download(url.Shown, $"{reason}, in each of {@try} tries; the last ended at {file.Length:N0} bytes", e);
            }

            await Task.Delay(options.FirstPause * (1 << (@try - 1)), time, cancellationToken);
        }
    }

    private async Task TryAsync(DownloadUrl url, PartFile file, RateWatch rate, DownloadProgress progress, CancellationToken cancellationToken)
    {
        using var response = await SendAsync(url, file, cancellationToken);
        if (!Accept(response, file, url)) return;
        progress.Begin(file.Total);
        if (file.Total > options.MaxDownload) throw TooLarge(url);

        var buffer = new byte[BufferBytes];
        await using var body = await response.Content.ReadAsStreamAsync(cancellationToken);
        while (await body.ReadAsync(buffer, cancellationToken) is > 0 and var read)
        {
            rate.Received(read);
            if (file.Length + read > options.MaxDownload) throw TooLarge(url);
            await file.WriteAsync(buffer.AsMemory(0, read), cancellationToken);
            progress.Received(file.Length, file.Total);
        }

        if (file.Total is { } total && file.Length != total) throw new PassingFailure($"the server sent {file.Length:N0} of {total:N0} bytes");
    }

    /// <summary>False where all is there already.</summary>
    private static bool Accept(HttpResponseMessage response, PartFile file, DownloadUrl url)
    {
        var status = (int)response.StatusCode;
        switch (response.StatusCode)
        {
            case HttpStatusCode.OK:
                file.Restart(response);
                return true;
            case HttpStatusCode.PartialContent when file.CanResume && file.Continues(response):
                return true;
            case HttpStatusCode.PartialContent:
            case HttpStatusCode.RequestedRangeNotSatisfiable:
                if (file.CanResume && file.Length == file.Total) return false;
                file.Forget();
                throw new PassingFailure("the server's part does not fit to what was downloaded before");
            case HttpStatusCode.RequestTimeout or HttpStatusCode.TooManyRequests or >= HttpStatusCode.InternalServerError:
                throw new PassingFailure($"the server answered {status}", status);
            default:
                throw SourceErrors.Status(url.Shown, status);
        }
    }

    private async Task<HttpResponseMessage> SendAsync(DownloadUrl url, PartFile file, CancellationToken cancellationToken)
    {
        var address = url.Address;
        for (var redirects = 0; ; redirects++)
        {
            var entry = EntryOf(address, url.Shown, redirects == 0 ? "it" : $"{SourceUrl.Shown(address.AbsoluteUri)}, where the server redirects to,");
            using var request = new HttpRequestMessage(HttpMethod.Get, address);
            request.Options.Set(CheckedConnector.Entry, entry);
            request.Headers.AcceptEncoding.Add(new StringWithQualityHeaderValue("identity"));
            if (file.CanResume)
            {
                request.Headers.Range = new RangeHeaderValue(file.Length, null);
                request.Headers.IfRange = new RangeConditionHeaderValue(file.Tag!);
            }

            var response = await _http.SendAsync(request, HttpCompletionOption.ResponseHeadersRead, cancellationToken);
            if (response.StatusCode is not (HttpStatusCode.MovedPermanently or HttpStatusCode.Found or HttpStatusCode.SeeOther or HttpStatusCode.TemporaryRedirect or HttpStatusCode.PermanentRedirect))
                return response;
            using (response) address = TargetOf(response, address, url);
            if (redirects == options.MaxRedirects) throw SourceErrors.Download(url.Shown, $"the server redirects more than {options.MaxRedirects} times");
        }
    }

    private static Uri TargetOf(HttpResponseMessage response, Uri from, DownloadUrl url)
    {
        if (response.Headers.Location is not { } location) throw SourceErrors.Status(url.Shown, (int)response.StatusCode);
        var target = Absolute(location.OriginalString, from).Split('#')[0];
        if (DownloadUrl.Parse(target, out var fault) is not { } parsed)
            throw SourceErrors.Download(url.Shown, $"the server redirects to {SourceUrl.Shown(target)}, and {fault}");
        return from.Scheme == Uri.UriSchemeHttps && parsed.Address.Scheme != Uri.UriSchemeHttps
            ? throw SourceErrors.Download(url.Shown, $"the server redirects from https to {parsed.Shown}, which is not encrypted")
            : parsed.Address;
    }

    /// <summary>Put together as text, so that what a <see cref="Uri"/> would tidy away is seen and refused.</summary>
    private static string Absolute(string location, Uri from) => location switch
    {
        _ when HasScheme(location) => location,
        ['/', '/', ..] => $"{from.Scheme}:{location}",
        ['/', ..] => from.GetLeftPart(UriPartial.Authority) + location,
        ['?', ..] => from.GetLeftPart(UriPartial.Path) + location,
        _ => string.Concat(from.GetLeftPart(UriPartial.Path).AsSpan(0, from.GetLeftPart(UriPartial.Path).LastIndexOf('/') + 1), location),
    };

    /// <summary>A query may hold another url.</summary>
    private static bool HasScheme(ReadOnlySpan<char> location) =>
        location.IndexOfAny('/', '?', '#') is > 0 and var slash && location[(slash - 1)..].StartsWith("://");

    private ServingException TooLarge(DownloadUrl url) =>
        SourceErrors.Download(url.Shown, $"it is larger than {options.MaxDownload:N0} bytes; raise --max-download, or put the model into the model store");

    /// <summary>What no other try can help against.</summary>
    private static string? RefusalIn(Exception e)
    {
        for (var at = e; at is not null; at = at.InnerException)
            if (at is AddressRefusedException refused) return refused.Message;
        return e is HttpRequestException { HttpRequestError: HttpRequestError.SecureConnectionError } ? "the server's certificate is not trusted, or it speaks no TLS" : null;
    }

    private static string ReasonOf(Exception e) => e switch
    {
        PassingFailure => e.Message,
        HttpRequestException { HttpRequestError: HttpRequestError.NameResolutionError } => "the server's name is not known",
        HttpRequestException { HttpRequestError: HttpRequestError.ConnectionError } => "the server cannot be reached",
        // Of what is watched here nothing was cancelled: that was the handler's own limit on opening a connection.
        OperationCanceledException => "the server cannot be reached in time",
        _ => "the connection broke",
    };
}
