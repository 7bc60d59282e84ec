namespace Bullpen.Core.Inputs;

/// <summary>The size that a decoded image should have.</summary>
/// <param name="Width">Exactly this many pixels wide (aspect ratio given up), or null: as the image is, within <see cref="MaxSide"/>.</param>
/// <param name="Height">Exactly this many pixels high, or null.</param>
/// <param name="MaxSide">A larger image is shrunk, keeping its aspect ratio, until its longer side is this long; used where Width or Height is null.</param>
public readonly record struct ImageSize(int? Width, int? Height, int MaxSide);
