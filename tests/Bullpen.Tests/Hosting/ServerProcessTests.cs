using Bullpen.Core.State;
using Bullpen.Hosting;
using Bullpen.State;
using Bullpen.TestKit;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging.Abstractions;

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

    [Fact]
    public async Task What_the_next_start_is_to_know_is_written_also_where_a_part_never_ends()
    {
        using var folder = new TempFolder();
        var used = new DateTimeOffset(2026, 1, 1, 12, 0, 0, TimeSpan.Zero);
        var builder = WebApplication.CreateSlimBuilder();
        builder.Services.AddSingleton(_ => Open(folder));
        builder.Services.AddSingleton<Stuck>();
        var server = builder.Build();
        server.Services.GetRequiredService<IStateStore>().Used("a", used);
        server.Services.GetRequiredService<Stuck>();

        await ServerProcess.EndAsync(server, TimeSpan.FromMilliseconds(1));

        await using var next = Open(folder);
        next.LastUse("a").ShouldBe(used);
    }

    private static IStateStore Open(TempFolder folder) =>
        SqliteState.Open(folder.At("state"), new StateOptions(), TimeProvider.System, NullLogger<SqliteState>.Instance);

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
