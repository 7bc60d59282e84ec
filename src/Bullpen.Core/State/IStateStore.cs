namespace Bullpen.Core.State;

/// <summary>All that a server keeps across restarts: the port that Bullpen.State implements. Disposing writes what is left.</summary>
public interface IStateStore : IRegistrationStore, IModelHistory, IContentHashes, IAsyncDisposable;
