using System.Net.Http.Headers;
using System.Net.Sockets;
using System.Runtime.CompilerServices;
using System.Text;
using Bullpen.Http;
using Bullpen.Operations;
using Bullpen.TestKit;
using Microsoft.Extensions.DependencyInjection;

namespace Bullpen.Tests.Operations;

public sealed class HeldBodiesTests
{
    private const int Large = 1 << 20;

    /// <summary>A limit of which the heap of this process is a small part: what counts is what the test takes.</summary>
    private const long Vast = 1L << 40;

    private readonly ManualTimeProvider _time = new();

    [Theory]
    [InlineData(64L << 20, 24L << 30, 1L << 30)]
    [InlineData(512L << 20, 24L << 30, 2L << 30)]
    [InlineData(64L << 20, 512L << 20, 128L << 20)]
    [InlineData(512L << 20, 2L << 30, 512L << 20)]
    [InlineData(64L << 20, long.MaxValue, 1L << 30)]
    public void The_limit_is_no_more_than_a_quarter_of_the_memory(long largestBody, long memory, long limit) =>
        HeldBodies.For(largestBody, memory, _time).Limit.ShouldBe(limit);

    [Theory]
    [InlineData("/predictions/india")]
    [InlineData("/v2/models/india/infer")]
    public async Task A_body_for_which_there_is_no_room_is_told_to_come_again(string route)
    {
        using var bodies = new HeldBodies(16 * Large, _time);
        await using var server = await StartAsync(bodies);
        var other = ShareOf(bodies);
        other.Take(16 * Large).ShouldBeNull();

        var answer = await server.PostAsync(route, new string(' ', Large));

        answer.Status.ShouldBe(503, answer.Body);
        answer.Body.ShouldContain($"come to {16 * Large} bytes, which is the limit");
        answer.Headers.RetryAfter.ShouldNotBeNull();
        (await server.PostAsync("/predictions/india", Small)).Status.ShouldBe(200, "a small one is not counted");

        other.Dispose();
        (await server.PostAsync("/predictions/india", Small + new string(' ', Large))).Status.ShouldBe(200);
    }

    [Fact]
    public async Task A_small_body_is_not_counted_when_it_is_compressed()
    {
        using var bodies = new HeldBodies(Vast, _time);
        await using var server = await StartAsync(bodies);
        using var other = ShareOf(bodies);
        other.Take(Vast).ShouldBeNull();

        (await PostAsync(Small)).ShouldBe(200);
        (await PostAsync(Small + new string(' ', ReceivedBytes.Uncounted - Small.Length - 1))).ShouldBe(200);
        (await PostAsync(Small + new string(' ', ReceivedBytes.Uncounted))).ShouldBe(503);

        async Task<int> PostAsync(string text)
        {
            var content = new ByteArrayContent(Packed(Encoding.ASCII.GetBytes(text)));
            content.Headers.ContentType = new MediaTypeHeaderValue("application/json");
            content.Headers.ContentEncoding.Add("gzip");
            using var response = await server.Client.PostAsync("/predictions/india", content);
            return (int)response.StatusCode;
        }
    }

    [Fact]
    public async Task A_request_that_is_alone_has_what_it_takes()
    {
        using var bodies = new HeldBodies(Large, _time);
        await using var server = await StartAsync(bodies);

        for (var round = 0; round < 5; round++)
        {
            (await server.PostAsync("/predictions/india", Small + new string(' ', 4 * Large))).Status.ShouldBe(200);
            (await server.PostAsync("/predictions/india", new string('[', 4 * Large))).Status.ShouldBe(400);
        }
    }

    [Theory]
    [InlineData("application/json")]
    [InlineData(null)]
    [InlineData("application/x-www-form-urlencoded")]
    [InlineData("multipart/form-data; boundary=-")]
    public async Task The_document_is_counted_besides_whatever_its_type_says(string? type)
    {
        using var bodies = new HeldBodies(64 * Large, _time);
        await using var server = await StartAsync(bodies);
        using var other = ShareOf(bodies);
        other.Take(50 * Large).ShouldBeNull();

        (await PostAsync("[" + new string(' ', Large) + "]")).ShouldBe(400);
        (await PostAsync("[1" + string.Concat(Enumerable.Repeat(",1", Large)) + "]")).ShouldBe(503);

        async Task<int> PostAsync(string json)
        {
            if (type is ['m', ..]) json = $"---\r\nContent-Disposition: form-data; name=\"data\"\r\n\r\n{json}\r\n-----\r\n";
            return (await server.PostAsync("/predictions/india", Encoding.ASCII.GetBytes(json), type)).Status;
        }
    }

    [Fact]
    public async Task What_was_held_comes_back_however_the_request_ends()
    {
        using var bodies = new HeldBodies(Vast, _time);
        await using var server = await StartAsync(bodies);
        using (var other = ShareOf(bodies))
        {
            other.Take(Vast).ShouldBeNull();
            (await server.PostAsync("/predictions/india", new string(' ', Large))).Status.ShouldBe(503);
        }

        (await server.PostAsync("/predictions/india", Small + new string(' ', Large))).Status.ShouldBe(200);
        (await server.PostAsync("/predictions/india", new string('[', Large))).Status.ShouldBe(400);

        // An answer is sent before its request is over.
        SpinWait.SpinUntil(() => bodies.Held == 0, TimeSpan.FromSeconds(30)).ShouldBeTrue();
    }

    [Fact]
    public void What_nobody_uses_counts_until_it_is_collected()
    {
        using var bodies = new HeldBodies(Vast, _time);
        using var holder = ShareOf(bodies);
        using var other = ShareOf(bodies);
        holder.Take(1).ShouldBeNull();
        Leave(bodies, Vast * 2 / 5);

        other.Take(Vast * 9 / 10).ShouldNotBeNull().RetryAfter.ShouldNotBeNull();
        Leave(bodies, Vast / 2);

        other.Take(Vast * 9 / 10).ShouldBeNull();
    }

    [Fact]
    public void Half_of_the_limit_that_nobody_uses_is_collected_at_once()
    {
        using var bodies = new HeldBodies(Vast, _time);
        var garbage = Garbage();

        Leave(bodies, Vast / 2);

        garbage.IsAlive.ShouldBeFalse();
    }

    [Fact]
    public void What_nobody_uses_is_collected_when_large_bodies_have_ceased_to_come()
    {
        using var bodies = new HeldBodies(Vast, _time);
        Leave(bodies, Vast / 4);
        var late = ShareOf(bodies);
        late.Take(Vast / 4).ShouldBeNull();
        _time.Advance(HeldBodies.Quiet);
        var (garbage, collections) = (Garbage(), GC.CollectionCount(GC.MaxGeneration));
        late.Dispose();

        _time.Advance(HeldBodies.Quiet);

        garbage.IsAlive.ShouldBeFalse();
        GC.CollectionCount(GC.MaxGeneration).ShouldBeGreaterThan(collections);
    }

    [Fact]
    public void The_largest_of_the_bodies_that_are_long_in_coming_gives_way_where_there_is_no_room()
    {
        using var bodies = new HeldBodies(Vast, _time);
        using var little = ShareOf(bodies);
        using var slow = ShareOf(bodies);
        using var there = ShareOf(bodies);
        little.Take(Vast / 8).ShouldBeNull();
        slow.Take(Vast / 4).ShouldBeNull();
        there.Take(Vast / 2).ShouldBeNull();
        there.Arrived(more: 0).ShouldBeNull();
        using (var early = ShareOf(bodies)) early.Take(Vast / 4).ShouldNotBeNull();
        slow.IsGivingWay.ShouldBeFalse("it may be coming as fast as any");

        _time.Advance(HeldBodies.Undisturbed);
        using var wanting = ShareOf(bodies);
        wanting.Take(Vast / 8).ShouldBeNull("there is room");
        slow.IsGivingWay.ShouldBeFalse();

        wanting.Take(Vast / 8).ShouldNotBeNull();

        slow.IsGivingWay.ShouldBeTrue();
        slow.Reading.IsCancellationRequested.ShouldBeTrue();
        little.IsGivingWay.ShouldBeFalse();
        there.IsGivingWay.ShouldBeFalse();
    }

    [Theory]
    [InlineData("")]
    [InlineData("Content-Encoding: gzip\r\n")]
    public async Task A_slow_upload_does_not_keep_others_out(string encoding)
    {
        using var bodies = new HeldBodies(8 * Large, _time);
        await using var server = await StartAsync(bodies);
        using var slow = new TcpClient();
        await slow.ConnectAsync(server.Client.BaseAddress!.Host, server.Client.BaseAddress.Port);
        var body = new byte[6 * Large];
        Array.Fill(body, (byte)' ');
        if (encoding.Length > 0) body = Gzip(body);
        await slow.GetStream().WriteAsync(Encoding.ASCII.GetBytes(
            $"POST /predictions/india HTTP/1.1\r\nHost: a\r\nContent-Type: application/json\r\n{encoding}Content-Length: {body.Length + 10}\r\n\r\n"));
        await slow.GetStream().WriteAsync(body);
        SpinWait.SpinUntil(() => bodies.Held >= 6 * Large, TimeSpan.FromSeconds(30)).ShouldBeTrue();
        var wanted = Small + new string(' ', 3 * Large);
        (await server.PostAsync("/predictions/india", wanted)).Status.ShouldBe(503);
        _time.Advance(HeldBodies.Undisturbed);

        (await server.PostAsync("/predictions/india", wanted)).Status.ShouldBe(503);

        var answer = new byte[12];
        await slow.GetStream().ReadExactlyAsync(answer);
        Encoding.ASCII.GetString(answer).ShouldBe("HTTP/1.1 503");
        SpinWait.SpinUntil(() => bodies.Held == 0, TimeSpan.FromSeconds(30)).ShouldBeTrue();
        (await server.PostAsync("/predictions/india", wanted)).Status.ShouldBe(200);
    }

    private const string Small = """{"action":{"0":1},"david":{"0":1}}""";

    private static byte[] Gzip(byte[] bytes) => Packed(bytes)[..^8];

    private static byte[] Packed(byte[] bytes)
    {
        var packed = new MemoryStream();
        using (var stream = new System.IO.Compression.GZipStream(packed, System.IO.Compression.CompressionLevel.NoCompression)) stream.Write(bytes);
        return packed.ToArray();
    }

    private static void Leave(HeldBodies bodies, long bytes)
    {
        using var share = ShareOf(bodies);
        share.Take(bytes).ShouldBeNull();
    }

    [MethodImpl(MethodImplOptions.NoInlining)]
    private static WeakReference Garbage() => new(new byte[Large]);

    private static HeldShare ShareOf(HeldBodies bodies) => bodies.Begin(CancellationToken.None);

    private static Task<RunningServer> StartAsync(HeldBodies bodies) =>
        RunningServer.StartAsync(Checkout.At("samples", "models"), replace: services => services.AddSingleton(bodies));
}
