using System.Text.Json;

namespace Bullpen.Core.Inputs.Payloads;

/// <summary>A JSON value: the value of <c>input_data</c>, or a whole body.</summary>
/// <param name="Value">The value; its document stays alive until the payload is bound. The depth was limited while parsing.</param>
public sealed record JsonPayload(JsonElement Value) : InputPayload
{
    /// <summary>How deep a body may be nested; whoever parses one, or JSON made of one, parses no deeper and no less deep.</summary>
    public const int MaxDepth = 100;
}
