using Bullpen.Core.Repository;

namespace Bullpen.Core.Administration;

/// <summary>A client's right to a model in memory, until a time.</summary>
/// <param name="Id">What the client names it by; nobody can guess it.</param>
/// <param name="Model">The model and the version that it is on.</param>
/// <param name="Ttl">For how long it was asked for, or last renewed.</param>
/// <param name="ExpiresAt">When it ends by itself.</param>
public sealed record ClientLease(string Id, ModelId Model, TimeSpan Ttl, DateTimeOffset ExpiresAt);
