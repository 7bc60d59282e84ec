using Bullpen.Core.Access;
using Bullpen.Core.Administration;
using Bullpen.Core.Inference;
using Bullpen.Core.Inputs;
using Bullpen.Core.Inputs.Images;
using Bullpen.Core.Models;
using Bullpen.Core.Outputs;
using Bullpen.Core.Repository;
using Bullpen.Core.Runtimes;
using Bullpen.Core.Scheduling;
using Bullpen.Core.State;
using Bullpen.Http;
using Bullpen.Imaging;
using Bullpen.Lifecycle;
using Bullpen.Onnx;
using Bullpen.Onnx.Graphs;
using Bullpen.Operations;
using Bullpen.Options;
using Bullpen.Protocols.Cache;
using Bullpen.Protocols.Demo;
using Bullpen.Protocols.Mms;
using Bullpen.Protocols.OpenApi;
using Bullpen.Protocols.OpenInference;
using Bullpen.Protocols.SageMaker;
using Bullpen.Protocols.Server;
using Bullpen.Protocols.TensorFlowServing;
using Bullpen.Sources;
using Bullpen.Sources.Archives;
using Bullpen.State;
using Bullpen.Telemetry;
using Microsoft.Extensions.DependencyInjection.Extensions;
using Microsoft.Extensions.Logging.Console;

namespace Bullpen.Hosting;

/// <summary>Puts the server together: the one place that knows all parts.</summary>
internal static class ServerHost
{
    /// <summary>A server that is ready to be started.</summary>
    /// <param name="options">What it runs with.</param>
    /// <param name="catalog">The models of the repository; registrations of earlier runs are added, unless a single model is served or a platform decides.</param>
    /// <param name="index">The repository that the catalogue was filled from, to be watched for changes.</param>
    /// <param name="change">Puts other parts in the place of some.</param>
    internal static WebApplication Build(ServeOptions options, ModelCatalog catalog, RepositoryIndex index, Action<IServiceCollection>? change = null)
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Logging.ClearProviders()
            .AddConsole(console => console.FormatterName = LogLineFormatter.FormatterName)
            .AddConsoleFormatter<LogLineFormatter, ConsoleFormatterOptions>();
        var log = new LogSettings();
        builder.Services.AddSingleton(log);
        builder.Logging.SetMinimumLevel(LogLevel.Trace).AddFilter((category, level) => log.Selection.Includes(category, level));
        var limits = new RequestLimits(options.MaxBody);
        builder.WebHost.ConfigureKestrel(kestrel =>
        {
            limits.Set(kestrel.Limits);
            kestrel.AddServerHeader = false;
            foreach (var address in ListenAddress.Of(options.Urls, options.ManagementUrls)) address.Listen(kestrel);
        });

        // SignalLifetime has waited for requests in flight before it stops the host; what is left then is cut off.
        builder.Host.ConfigureHostOptions(host => host.ShutdownTimeout = TimeSpan.FromSeconds(1));
        AddServices(builder.Services, options, catalog);
        builder.Services.AddSingleton(index);
        AddOperations(builder.Services, options, limits);
        change?.Invoke(builder.Services);

        var server = builder.Build();
        server.Services.StartTelemetry();
        // Where nothing is brought back, what earlier runs unpacked is another start's: it is not swept away either.
        if (options is { Model: null, IsExternal: false }) server.Services.GetRequiredService<RegistrationReplay>().Run();
        server.UseMiddleware<RequestMeterMiddleware>();
        server.UseMiddleware<ServingErrorMiddleware>();
        server.UseMiddleware<UnknownRouteMiddleware>();
        server.UseRouting();
        server.UseMiddleware<OperationMiddleware>();
        server.UseMiddleware<DrainMiddleware>();
        server.UseSageMaker();
        server.MapStartPage();
        server.MapHealth(server.Services.GetRequiredService<ServerLifecycle>());
        server.MapMetrics();
        server.MapMms(server.Services.GetRequiredService<MmsDialect>());
        server.MapSageMaker();
        server.MapDemo();
        server.MapCache();
        server.MapTensorFlowServing();
        server.MapOpenInference();
        server.MapOpenApi();
        return server;
    }

    private static void AddServices(IServiceCollection services, ServeOptions options, ModelCatalog catalog)
    {
        services.AddSingleton(options);
        services.AddSingleton(catalog);
        services.AddSingleton(TimeProvider.System);
        services.AddSingleton<ServerLifecycle>();
        services.AddTelemetry();
        services.Replace(ServiceDescriptor.Singleton<IHostLifetime, SignalLifetime>());
        services.AddSingleton(new ErrorMaps(
            new Dictionary<string, ErrorMap>
            {
                [DemoEndpoints.Path] = new DemoErrors(),
                [CacheEndpoints.Path] = new CacheErrors(),
                [OpenInferenceEndpoints.Path] = new OpenInferenceErrors(),
                [TensorFlowEndpoints.Path] = new TensorFlowErrors(),
            },
            new MmsErrors()));

        services.AddSingleton(new SageMakerOptions(Math.Min(options.Workers, Environment.ProcessorCount), options.MaxBody, SingleModel.NameOf(options)));
        services.AddSingleton<IModelRuntime, OnnxModelRuntime>();
        services.AddSingleton(provider =>
        {
            // The runtime is a part of the floor: it has to be there when that is measured.
            _ = provider.GetRequiredService<IModelRuntime>();
            return new ProcessFloor();
        });
        services.AddSingleton<IImageDecoder, VipsImageDecoder>();
        services.AddSingleton(new ModelStore(options.ModelStore));
        AddSources(services, options);
        services.AddSingleton(new ExecutionGate(Environment.ProcessorCount));
        services.AddSingleton(new ModelManagerOptions
        {
            LoadWait = options.LoadWait,
            LoadConcurrency = options.LoadConcurrency,
            Workers = options.Workers,
            QueueLength = options.Queue,
        });
        services.AddSingleton(provider => new ModelCache(
            new MemoryBudget(options.Memory, provider.GetRequiredService<ProcessFloor>()),
            EvictionPolicies.Find(options.Eviction)!,
            new ModelCacheOptions
            {
                Lifecycle = options.IsExternal ? LifecyclePolicy.External : LifecyclePolicy.Managed,
                MaxModels = options.MaxModels,
                MaxWaiters = Math.Max(1, options.Queue),
                MinimumResidency = options.MinResidency,
                IdleTtl = options.IdleTtl,
                ChargeMapped = options.ChargeMapped == "on",
            },
            catalog.IsCurrent,
            provider.GetRequiredService<TimeProvider>()));
        services.AddSingleton<IWarmUp, WarmUp>();
        services.AddSingleton<ModelManager>();
        services.AddHostedService<IdleExpiry>();
        services.AddSingleton<ModelPreload>();
        services.AddSingleton<SingleModelLoad>();
        services.AddHostedService<Preloader>();
        services.AddSingleton<ModelAdministration>();
        services.AddSingleton<CacheAdministration>();
        services.AddSingleton<ModelScaling>();
        services.AddSingleton<ModelVersions>();
        services.AddSingleton<RepositoryControl>();
        services.AddSingleton(MmsDialect.Of(options.Dialect));
        services.AddSingleton<TorchServeDescription>();

        // Made after the models, so that it is disposed before them: a client's lease must not hold up the end.
        services.AddSingleton(new ClientLeaseOptions { Longest = options.MaxLease });
        services.AddSingleton<ClientLeases>();
        AddState(services, options);
        services.AddSingleton<RepositoryWatch>();
        services.AddHostedService<RepositoryWatcher>();
        services.AddSingleton(new ImagingOptions());
        services.AddSingleton(new InputOptions());
        services.AddSingleton(new DataFolder(options.Data, options.MaxBody));
        services.AddSingleton<InputBinder>();
        services.AddSingleton<PredictionReader>();
        AddAccessLog(services, options);
        services.AddSingleton<InferenceStatistics>();
        services.AddSingleton(new OpenInferenceOptions(options.ServerName));
        services.AddSingleton<InferenceService>();
    }

    /// <summary>Who may ask for what, and how much of it.</summary>
    private static void AddOperations(IServiceCollection services, ServeOptions options, RequestLimits limits)
    {
        services.AddSingleton(limits);
        services.AddSingleton(HeldBodies.For(options.MaxBody, options.MachineMemory, TimeProvider.System));
        services.AddSingleton<IOperationPolicy, AddressPolicy>();
        var own = new[] { options.Urls, options.ManagementUrls ?? options.Urls }.Select(url => new Uri(url).Host).Append(Environment.MachineName);
        services.AddSingleton(new BrowserRule((options.AllowedOrigins ?? "").Split(',', StringSplitOptions.RemoveEmptyEntries), own));
    }

    /// <summary>A state folder that another server uses is not this one's to keep models in.</summary>
    private static void AddSources(IServiceCollection services, ServeOptions options)
    {
        var allowed = AllowedUrls.TryParse(options.AllowedUrls ?? "", out var prefixes) ? prefixes : AllowedUrls.None;
        services.AddSingleton(provider => new SourcesOptions
        {
            Folder = options.State is { } folder && provider.GetRequiredService<IStateStore>().IsAvailable ? Path.Combine(folder, "unpacked") : null,
            Limits = new ArchiveLimits { MaxBytes = options.MaxUnpacked },
            AllowedUrls = allowed,
            AllowPrivate = options.PrivateDownloads == "on",
            MaxDownload = options.MaxDownload,
        });
        services.AddSingleton<IModelSource, ModelSource>();
        services.AddSingleton<ModelResolver>();
    }

    private static void AddAccessLog(IServiceCollection services, ServeOptions options)
    {
        if (options.AccessLog is not { } file) return;
        services.AddSingleton(new AccessLogOptions(file));
        services.AddSingleton<AccessLog>();
        services.AddSingleton<AccessRecorder>();
    }

    /// <summary>The state is made by the container, so that it is disposed by it: after the models, whose last uses it writes.</summary>
    private static void AddState(IServiceCollection services, ServeOptions options)
    {
        services.AddSingleton(provider => options.State is { } folder
            ? SqliteState.Open(
                folder, new StateOptions(), provider.GetRequiredService<TimeProvider>(), provider.GetRequiredService<ILogger<SqliteState>>())
            : new NoState());
        // A platform says after a restart what it wants in memory: nothing it registered is kept, nothing of before is brought back.
        services.AddSingleton<IRegistrationStore>(provider => options.IsExternal ? new NoState() : provider.GetRequiredService<IStateStore>());
        services.AddSingleton<IModelHistory>(provider => provider.GetRequiredService<IStateStore>());
        services.AddSingleton<IContentHashes>(provider => provider.GetRequiredService<IStateStore>());
        AddGraphStore(services, options);
        services.AddSingleton<RegistrationReplay>();
        services.AddHostedService<UseRecorder>();
    }

    /// <summary>Without a place for it models are loaded from their own files: runtime and manager do without the services.</summary>
    private static void AddGraphStore(IServiceCollection services, ServeOptions options)
    {
        if (options is not { State: { } folder, GraphStore: { } bytes }) return;
        services.AddSingleton(new GraphStoreOptions { Folder = Path.Combine(folder, "graphs"), MaxBytes = bytes });
        services.AddSingleton<GraphStore>();
        services.AddSingleton(OptimizerChild.Command());
        services.AddSingleton<IModelOptimizer, GraphOptimizer>();
        services.AddSingleton(provider => new ModelOptimization(
            provider.GetRequiredService<IModelOptimizer>(),
            provider.GetRequiredService<ModelCache>().Spare,
            provider.GetRequiredService<ILogger<ModelOptimization>>()));
    }
}
