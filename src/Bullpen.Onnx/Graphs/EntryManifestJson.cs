using System.Text.Json;
using System.Text.Json.Serialization;

namespace Bullpen.Onnx.Graphs;

/// <summary>How a manifest is written: as other JSON of Bullpen's.</summary>
[JsonSourceGenerationOptions(JsonSerializerDefaults.Web, WriteIndented = true, DefaultIgnoreCondition = JsonIgnoreCondition.WhenWritingNull)]
[JsonSerializable(typeof(EntryManifest))]
internal sealed partial class EntryManifestJson : JsonSerializerContext;
