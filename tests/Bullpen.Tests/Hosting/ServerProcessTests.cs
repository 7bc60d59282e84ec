using Bullpen.Hosting;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;

namespace Bullpen.Tests.Hosting;

/// <summary>How a run of the server ends.</summary>
public sealed class ServerProcessTests
{
    [Fact]
    public async Task A_part_that_never_ends_does_not_keep_the_process()
    {
        var builder = WebApplication.CreateSlimBuilder();
        builder.Services.AddSingleton<Stuck>();
        var server = builder.Build();
        var stuck = server.Services.GetRequiredService<Stuck>();

        await ServerProcess.EndAsync(server, TimeSpan.FromMilliseconds(1));

        stuck.WasAsked.ShouldBeTrue();
    }

    /// <summary>As a model manager is while a load hangs in native code.</summary>
    private sealed class Stuck : IAsyncDisposable
    {
        internal bool WasAsked { get; private set; }

        public ValueTask DisposeAsync()
        {
            WasAsked = true;
            return new ValueTask(new TaskCompletionSource().Task);
        }
    }
}
