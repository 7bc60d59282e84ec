namespace Bullpen.Operations;

/// <summary>On which of the server's addresses an operation is answered.</summary>
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

    /// <summary>The audience of the address that a request came by.</summary>
    internal static Audience Here(HttpContext context) => context.Features.Get<Audience>() ?? Everyone;

    /// <summary>Whether what is for this audience is answered at an address of another.</summary>
    internal bool IsAnsweredAt(Audience here) => here == Everyone || this == Everyone || this == here;
}
