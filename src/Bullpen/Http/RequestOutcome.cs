using Bullpen.Core;

namespace Bullpen.Http;

/// <summary>What came of a request that was not answered as asked: left among the request's features for whoever counts.</summary>
/// <param name="Failure">The failure that was told; null where the client left before it could be.</param>
internal sealed record RequestOutcome(ServingErrorKind? Failure);
