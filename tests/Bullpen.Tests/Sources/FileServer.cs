using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;
using Microsoft.Extensions.Logging;

namespace Bullpen.Tests.Sources;

/// <summary>A real HTTP server for downloads, on a port of its own, that does what a test says.</summary>
internal sealed class FileServer : IAsyncDisposable
{
    private readonly WebApplication _server;
    private int _requests;

    private FileServer(RequestDelegate answer)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders();
        builder.WebHost.UseUrls("http://127.0.0.1:0");
        _server = builder.Build();
        _server.Run(context =>
        {
            Interlocked.Increment(ref _requests);
            return answer(context);
        });
    }

    /// <summary>Its root, with the slash at the end.</summary>
    internal string Url => _server.Urls.Single() + "/";

    internal int Port => new Uri(Url).Port;

    internal int Requests => _requests;

    internal static async Task<FileServer> StartAsync(RequestDelegate answer)
    {
        var server = new FileServer(answer);
        await server._server.StartAsync();
        return server;
    }

    public async ValueTask DisposeAsync()
    {
        // What still hangs in an answer is cut off.
        await _server.StopAsync(new CancellationToken(canceled: true));
        await _server.DisposeAsync();
    }
}
