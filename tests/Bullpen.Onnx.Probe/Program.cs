using Bullpen.Onnx.Probe;
using Bullpen.Onnx.Probe.Cold;
using Bullpen.Onnx.Probe.Recipes;

return args switch
{
    ["telemetry", "bullpen", var model] => TelemetryProbe.ThroughBullpen(model),
    ["telemetry", "bare", var model] => TelemetryProbe.Bare(model),
    ["sizes", .. var models] => SizesProbe.Print(models),
    ["make", var kind, var seed, var path] => Recipe.Make(kind, seed, path),
    ["optimize", var model, "--to", var folder] => ColdProbe.WriteEntry(model, folder),
    ["cold", var folder, var rounds, var modes, .. var models] => await ColdProbe.RunAsync(folder, rounds, modes, models),
    ["cold-child", var mode, var folder, var model, .. var warm] => ColdChild.Run(mode, folder, model, warm),
    _ => Usage(),
};

static int Usage()
{
    Console.Error.WriteLine("""
        telemetry (bullpen|bare) MODEL   load and run a model with one input of text or numbers, then live until standard input ends
        sizes MODEL...                   a table of estimated and measured sizes, each model loaded after the one before was disposed
        make KIND SEED FILE              write a model with random weights: bert-base (415 MiB), bert-small (109), minilm (86), cnn (20)
        optimize MODEL --to FOLDER       write the entry of the store for a model
        cold FOLDER ROUNDS MODE,... MODEL...   cold loads compared, each in a process of its own: plain, first, repeat, unpacked, and each with -dropped
        """);
    return 2;
}
