using System.Text.Json;
using Bullpen.Http;

namespace Bullpen.Tests.Http;

public sealed class AnswerBufferTests
{
    private const int Values = 1_000_000;

    [Fact]
    public void Writing_ends_soon_after_the_client_left()
    {
        using var left = new CancellationTokenSource();
        var written = 0;

        Should.Throw<OperationCanceledException>(() => Write(new AnswerBuffer(512, left.Token), () =>
        {
            if (++written == 1000) left.Cancel();
        }));

        written.ShouldBeInRange(1000, 100_000);
    }

    [Fact]
    public void What_is_written_is_there_whole()
    {
        var buffer = new AnswerBuffer(0, CancellationToken.None);
        Write(buffer, () => { });
        using var document = JsonDocument.Parse(buffer.Written);
        document.RootElement.GetArrayLength().ShouldBe(Values);
    }

    private static void Write(AnswerBuffer buffer, Action each)
    {
        // Disposed where writing ended by itself alone: a writer that is broken off has nothing to flush.
        var json = new Utf8JsonWriter(buffer);
        json.WriteStartArray();
        for (var at = 0; at < Values; at++)
        {
            json.WriteNumberValue(1);
            each();
        }

        json.WriteEndArray();
        json.Dispose();
    }
}
