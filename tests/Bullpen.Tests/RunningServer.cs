using System.Net.Http.Headers;
using System.Text;
using System.Text.Json;
using Bullpen.Core.Administration;
using Bullpen.Core.Models;
using Bullpen.Hosting;
using Bullpen.Lifecycle;
using Bullpen.Options;
using Bullpen.TestKit;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.Extensions.DependencyInjection;

namespace Bullpen.Tests;

/// <summary>The whole server in this process, on a port of its own, spoken to over HTTP.</summary>
public sealed class RunningServer : IAsyncDisposable
{
    private readonly WebApplication _server;

    private RunningServer(WebApplication server)
    {
        _server = server;
        Client = new HttpClient { BaseAddress = new Uri(server.Urls.First()) };
        Management = new HttpClient { BaseAddress = new Uri(server.Urls.Last()) };
    }

    public HttpClient Client { get; }

    /// <summary>Speaks to the address of management: the same as the client's, unless the options say otherwise.</summary>
    public HttpClient Management { get; }

    /// <summary>Everything that the server answers.</summary>
    internal IReadOnlyList<Endpoint> Endpoints => _server.Services.GetRequiredService<EndpointDataSource>().Endpoints;

    /// <summary>The parts that it is made of.</summary>
    internal IServiceProvider Services => _server.Services;

    /// <summary>Has it refuse new requests, as a signal does, and go on running.</summary>
    internal void BeginDrain() => _server.Services.GetRequiredService<ServerLifecycle>().BeginDrain();

    internal ModelCache Cache => _server.Services.GetRequiredService<ModelCache>();

    /// <summary>A server over the sample models.</summary>
    internal static Task<RunningServer> StartAsync(Func<ServeOptions, ServeOptions>? change = null) =>
        StartAsync(Checkout.At("samples", "models"), change);

    /// <summary>A server over a repository.</summary>
    internal static async Task<RunningServer> StartAsync(
        string repository, Func<ServeOptions, ServeOptions>? change = null, Action<IServiceCollection>? replace = null,
        Action<IEndpointRouteBuilder>? map = null)
    {
        var options = new ServeOptions
        {
            Repository = repository,
            ModelStore = repository,
            Data = Checkout.At("samples", "images"),
            Urls = "http://127.0.0.1:0",
            Memory = 4L << 30,
            Watch = null,
        };
        options = change?.Invoke(options) ?? options;
        var (catalog, index) = ServerProcess.Scan(options);
        var server = ServerHost.Build(options, catalog, index, replace);
        map?.Invoke(server);
        await server.StartAsync();
        return new RunningServer(server);
    }

    /// <summary>Has the repository looked at twice, so that what changed counts; it is served when this returns.</summary>
    internal async Task LookTwiceAsync()
    {
        var watch = _server.Services.GetRequiredService<RepositoryWatch>();
        await watch.LookAsync(CancellationToken.None);
        await watch.LookAsync(CancellationToken.None);
    }

    public async Task<Answer> GetAsync(string path) => await SendAsync(new HttpRequestMessage(HttpMethod.Get, path));

    public async Task<Answer> DeleteAsync(string path) => await SendAsync(new HttpRequestMessage(HttpMethod.Delete, path));

    public Task<Answer> PostAsync(string path, string body, string type = "application/json") =>
        PostAsync(path, Encoding.UTF8.GetBytes(body), type);

    public async Task<Answer> PostAsync(string path, byte[] body, string? type)
    {
        var request = new HttpRequestMessage(HttpMethod.Post, path) { Content = new ByteArrayContent(body) };
        if (type is not null) request.Content.Headers.ContentType = MediaTypeHeaderValue.Parse(type);
        return await SendAsync(request);
    }

    /// <summary><c>POST /predict</c> with a value that is written as JSON.</summary>
    public Task<Answer> PredictAsync(string model, object? data) =>
        PostAsync("/predict", JsonSerializer.Serialize(new { model_id = model, input_data = data }));

    public Task<Answer> SendAsync(HttpRequestMessage request) => SendAsync(Client, request);

    internal static async Task<Answer> SendAsync(HttpClient client, HttpRequestMessage request)
    {
        using var response = await client.SendAsync(request);
        return new Answer((int)response.StatusCode, await response.Content.ReadAsStringAsync(), response.Headers);
    }

    /// <summary>The models in memory, as <c>GET /models?loaded=true</c> lists them.</summary>
    public async Task<IReadOnlyList<string>> LoadedAsync() =>
        (await GetAsync("/models?loaded=true")).Json.GetProperty("models").EnumerateArray()
            .Select(model => model.GetProperty("modelName").GetString()!).ToList();

    public async ValueTask DisposeAsync()
    {
        Client.Dispose();
        Management.Dispose();
        await _server.StopAsync();
        await _server.DisposeAsync();
    }
}
