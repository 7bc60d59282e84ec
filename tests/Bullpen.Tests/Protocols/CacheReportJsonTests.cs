using System.Buffers;
using System.Text.Json;
using Bullpen.Core.Models;
using Bullpen.Core.Repository;
using Bullpen.Core.Runtimes;
using Bullpen.Protocols.Cache;

namespace Bullpen.Tests.Protocols;

public sealed class CacheReportJsonTests
{
    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void Private_bytes_that_were_not_measured_are_marked_though_an_earlier_load_was(bool isMeasured)
    {
        var definition = new ModelDefinition { Id = new ModelId("a", "1"), Path = "", Url = "a", Origin = ModelOrigin.Repository };
        var model = new ResidentModel(definition, ModelStatus.NeverLoaded with { IsMeasured = true }) { Footprint = new ModelFootprint(5, 0, isMeasured) };
        var buffer = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            CacheReportJson.WriteResident(json, model);
            json.WriteEndObject();
        }

        using var written = JsonDocument.Parse(buffer.WrittenMemory);
        written.RootElement.GetProperty("measured").GetBoolean().ShouldBeTrue();
        written.RootElement.TryGetProperty("privateBytesEstimated", out _).ShouldBe(!isMeasured);
    }
}
