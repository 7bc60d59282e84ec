using System.Net.Sockets;
using Bullpen.Core;
using Bullpen.Core.Repository;
using Bullpen.Core.State;
using Bullpen.Operations;
using Bullpen.Options;

namespace Bullpen.Hosting;

/// <summary>One run of the server, from the scan of the repository to the exit code.</summary>
internal static class ServerProcess
{
    // Models are unloaded at the end, and a load or a run under way ends first. One that hangs in native code, on a file
    // system that does not answer, must not keep the process.
    private static readonly TimeSpan LongestEnd = TimeSpan.FromSeconds(5);

    /// <summary>Serves until a signal ends it. 0: ended as asked.</summary>
    /// <exception cref="OptionException">It cannot start: the repository is unreadable, the address none of this machine's to give.</exception>
    /// <exception cref="AddressUnavailableException">It cannot start now: the address is taken, or not there yet.</exception>
    internal static async Task<int> RunAsync(ServeOptions options, CancellationToken cancellationToken)
    {
        // A run blocks its thread; beside one per core, the pool must have threads at once for those that answer health checks.
        ThreadPool.GetMinThreads(out var workers, out var io);
        ThreadPool.SetMinThreads(Math.Max(workers, Environment.ProcessorCount * 2 + 6), io);

        var (catalog, index) = Scan(options);
        var server = ServerHost.Build(options, catalog, index);
        try
        {
            foreach (var warning in index.Contents.Warnings) server.Logger.RepositoryWarning(warning);
            await StartAsync(server, options, cancellationToken);
            Banner.Write(Console.Out, server, options, catalog);
            await server.WaitForShutdownAsync(cancellationToken);
        }
        finally
        {
            await EndAsync(server, LongestEnd);
        }

        return 0;
    }

    /// <summary>
    /// Takes the server apart, which unloads its models; leaves behind what does not end within <paramref name="longest"/>.
    /// What the next start is to know is written all the same, for which the state gives itself three seconds.
    /// </summary>
    internal static async Task EndAsync(WebApplication server, TimeSpan longest)
    {
        // Now: a container that is being taken apart gives nothing out.
        var state = server.Services.GetService<IStateStore>();
        try
        {
            await server.DisposeAsync().AsTask().WaitAsync(longest);
        }
        catch (TimeoutException)
        {
            server.Logger.ModelsAreStuck(longest.TotalSeconds);
            if (state is not null) await state.DisposeAsync();
        }
    }

    /// <summary>What is served from the start.</summary>
    /// <exception cref="OptionException">The repository cannot be read.</exception>
    internal static (ModelCatalog Catalog, RepositoryIndex Index) Scan(ServeOptions options)
    {
        try
        {
            var index = new RepositoryIndex(options.Repository, options.ModelsConfig);
            var catalog = new ModelCatalog();
            if (SingleModel.Find(options) is { } single) catalog.Register(single);
            else if (!options.IsExternal) index.Look();
            catalog.RegisterAll(index.Contents.Models);

            // What the scan of thousands of models left behind would stay in the process until something else needs memory.
            GC.Collect(GC.MaxGeneration, GCCollectionMode.Aggressive);
            return (catalog, index);
        }
        catch (ServingException e)
        {
            throw new OptionException(e.Message);
        }
    }

    private static async Task StartAsync(WebApplication server, ServeOptions options, CancellationToken cancellationToken)
    {
        try
        {
            await server.StartAsync(cancellationToken);
        }
        catch (IOException e) when (e.InnerException is Microsoft.AspNetCore.Connections.AddressInUseException)
        {
            var taken = At(e.Message, options);
            var port = taken.Audience == Audience.Management ? "" : " or another port with PORT";
            throw new AddressUnavailableException($"{taken.Url} is taken by another program; choose another address with {taken.Option}{port}.");
        }
        catch (SocketException e)
        {
            var addresses = string.Join(" or ", ListenAddress.Of(options.Urls, options.ManagementUrls).Select(address => $"{address.Url} ({address.Option})"));
            throw e.SocketErrorCode == SocketError.AddressNotAvailable
                ? new AddressUnavailableException($"Cannot listen on {addresses}: this machine does not have that address, or not yet.")
                : new OptionException($"Cannot listen on {addresses}: {e.Message}.");
        }
    }

    /// <summary>The address that a failure to listen is about: its message names it.</summary>
    private static ListenAddress At(string message, ServeOptions options)
    {
        var addresses = ListenAddress.Of(options.Urls, options.ManagementUrls);
        return addresses.FirstOrDefault(address => message.Contains($":{new Uri(address.Url).Port}:", StringComparison.Ordinal)) ?? addresses[0];
    }
}
