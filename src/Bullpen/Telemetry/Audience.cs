namespace Bullpen.Telemetry;

/// <summary>
/// On which of the server's addresses an endpoint answers. It follows from what its requests do (<see cref="Metered"/>), unless
/// the endpoint carries one of its own.
/// </summary>
internal sealed class Audience
{
    /// <summary>Who has models run: <c>--urls</c>.</summary>
    internal static readonly Audience Inference = new("--urls");

    /// <summary>Who decides what is served, and sees all of it: <c>--management-urls</c>.</summary>
    internal static readonly Audience Management = new("--management-urls");

    /// <summary>Everybody, at every address.</summary>
    internal static readonly Audience Everyone = new("--urls, --management-urls");

    private Audience(string option) => Option = option;

    /// <summary>The option that sets the address.</summary>
    internal string Option { get; }

    /// <summary>Of an endpoint; null where it does not say what its requests do.</summary>
    internal static Audience? Of(Endpoint endpoint) =>
        endpoint.Metadata.GetMetadata<Audience>() ?? (endpoint.Metadata.GetMetadata<Metered>()?.Operation.Value switch
        {
            Metered.Manage => Management,
            Metered.Infer => Inference,
            null => null,
            _ => Everyone,
        });
}
