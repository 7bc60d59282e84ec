using Bullpen.Core.Runtimes;
using Microsoft.ML.OnnxRuntime;

namespace Bullpen.Onnx.Probe;

/// <summary>Uses ONNX Runtime with Bullpen's start-up or without, and stays alive so that the parent can look at the process.</summary>
internal static class TelemetryProbe
{
    public static int ThroughBullpen(string model)
    {
        using var session = new OnnxModelRuntime().Load(new ModelFile("probe", model), CancellationToken.None);
        session.Run(SampleInputs.Of(session.Signature), [session.Signature.Outputs[0].Name], CancellationToken.None);
        return WaitForParent();
    }

    /// <summary>As a program does that knows nothing of telemetry.</summary>
    public static int Bare(string model)
    {
        using var session = new InferenceSession(model);
        return WaitForParent();
    }

    private static int WaitForParent()
    {
        Console.WriteLine("ready");
        Console.In.ReadToEnd();
        return 0;
    }
}
