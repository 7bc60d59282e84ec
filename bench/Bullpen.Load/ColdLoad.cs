using System.Net.Http.Json;

namespace Bullpen.Load;

/// <summary>A load and an unload with nothing else: registered under a name of its own, which is answered once it is loaded, and deleted.</summary>
internal static class ColdLoad
{
    internal static async Task OnceAsync(HttpClient http, string model, string name, CancellationToken cancellationToken)
    {
        using var registered = await http.PostAsJsonAsync("/models", new Dictionary<string, string> { ["model_name"] = name, ["url"] = model }, cancellationToken);
        await RequireAsync(registered, name, cancellationToken);
        using var deleted = await http.DeleteAsync(new Uri($"/models/{name}", UriKind.Relative), cancellationToken);
        await RequireAsync(deleted, name, cancellationToken);
    }

    private static async Task RequireAsync(HttpResponseMessage response, string name, CancellationToken cancellationToken)
    {
        if (response.IsSuccessStatusCode) return;
        throw new InvalidOperationException($"{name}: {(int)response.StatusCode} {await response.Content.ReadAsStringAsync(cancellationToken)}");
    }
}
