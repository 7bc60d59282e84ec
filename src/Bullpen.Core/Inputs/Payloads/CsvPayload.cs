namespace Bullpen.Core.Inputs.Payloads;

/// <summary>A body of type text/csv: RFC 4180, with or without a header line.</summary>
/// <param name="Text">The text.</param>
public sealed record CsvPayload(string Text) : InputPayload;
