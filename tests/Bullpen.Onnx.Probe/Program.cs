using Bullpen.Onnx.Probe;

return args switch
{
    ["telemetry", "bullpen", var model] => TelemetryProbe.ThroughBullpen(model),
    ["telemetry", "bare", var model] => TelemetryProbe.Bare(model),
    ["sizes", .. var models] => SizesProbe.Print(models),
    _ => Usage(),
};

static int Usage()
{
    Console.Error.WriteLine("""
        telemetry (bullpen|bare) MODEL   load and run a model with one input of text or numbers, then live until standard input ends
        sizes MODEL...                   a table of estimated and measured sizes, each model loaded after the one before was disposed
        """);
    return 2;
}
