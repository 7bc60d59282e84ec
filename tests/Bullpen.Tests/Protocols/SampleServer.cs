namespace Bullpen.Tests.Protocols;

/// <summary>One server over the sample models for all tests of a class.</summary>
public sealed class SampleServer : IAsyncLifetime
{
    public RunningServer Server { get; private set; } = null!;

    public async Task InitializeAsync() => Server = await RunningServer.StartAsync();

    public async Task DisposeAsync() => await Server.DisposeAsync();
}
