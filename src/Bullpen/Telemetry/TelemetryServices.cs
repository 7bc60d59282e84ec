using System.Diagnostics.Metrics;
using Bullpen.Core.Models;
using Bullpen.Core.Repository;
using Bullpen.Core.Telemetry;
using Bullpen.Lifecycle;
using Bullpen.Options;

namespace Bullpen.Telemetry;

/// <summary>Puts the parts of the metrics together.</summary>
internal static class TelemetryServices
{
    internal static void AddTelemetry(this IServiceCollection services)
    {
        // One meter a host: the factory is the host's own, and its meters end with it.
        services.AddMetrics();
        services.AddSingleton(provider => provider.GetRequiredService<IMeterFactory>().Create(ServingMetrics.MeterName));
        services.AddSingleton(provider => new PrometheusExporter(provider.GetRequiredService<Meter>(), ServingMetrics.All));
        services.AddSingleton<ModelMeter>();
        services.AddSingleton(provider =>
            new RequestMeter(provider.GetRequiredService<Meter>(), provider.GetRequiredService<ServerLifecycle>()));
    }

    /// <summary>Begins to listen; to be called before anything is counted.</summary>
    internal static void StartTelemetry(this IServiceProvider services)
    {
        services.GetRequiredService<PrometheusExporter>();
        services.GetRequiredService<ModelMeter>();
        services.GetRequiredService<RequestMeter>();
        var (meter, cache, catalog) =
            (services.GetRequiredService<Meter>(), services.GetRequiredService<ModelCache>(), services.GetRequiredService<ModelCatalog>());
        CacheMeter.Observe(meter, cache, catalog);
        ProcessMeter.Observe(meter);
        new ModelUse(cache, name => catalog.Find(name) is not null, services.GetRequiredService<ServeOptions>().MetricsModels).Observe(meter);
    }
}
