namespace Bullpen.Core.Inputs;

/// <summary>Limits on what a request's data may turn into.</summary>
public sealed record InputOptions
{
    /// <summary>
    /// The longer side, in pixels, to which an image is shrunk for a model that takes any size. Default 1024: no sample
    /// model sees more detail, and 3 MiB of pixels a picture is what sixteen requests at once can afford.
    /// </summary>
    public int MaxImageSide { get; init; } = 1024;

    /// <summary>
    /// How many images one request may hold; more are refused as too large. Default 32, since a path of ten letters
    /// may become 3 MiB of pixels.
    /// </summary>
    public int MaxImages { get; init; } = 32;
}
