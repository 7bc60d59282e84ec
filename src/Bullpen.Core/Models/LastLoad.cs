namespace Bullpen.Core.Models;

/// <summary>A model's last load that succeeded.</summary>
/// <param name="At">Timestamp of its end.</param>
/// <param name="Took">How long it took.</param>
/// <param name="Bytes">What it was charged with.</param>
/// <param name="IsMeasured">True where this very load was measured.</param>
internal sealed record LastLoad(long At, TimeSpan Took, long Bytes, bool IsMeasured);
