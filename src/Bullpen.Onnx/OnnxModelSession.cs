using Bullpen.Core.Runtimes;
using Bullpen.Core.Tensors;
using Bullpen.Onnx.Native;
using Microsoft.ML.OnnxRuntime;

namespace Bullpen.Onnx;

/// <summary>One model in ONNX Runtime.</summary>
internal sealed class OnnxModelSession : IModelSession
{
    private readonly InferenceSession _native;
    private readonly ModelFile _file;
    private readonly MemoryMeter _meter;
    private readonly IDisposable? _source;
    private readonly string[] _inputNames;
    private bool _isDisposed;

    /// <summary>A session, which disposes <paramref name="source"/>, what it was made of, after itself.</summary>
    public OnnxModelSession(
        InferenceSession native, ModelSignature signature, ModelFootprint footprint, ModelFile file, MemoryMeter meter, IDisposable? source = null)
    {
        _source = source;
        _native = native;
        _file = file;
        _meter = meter;
        _inputNames = signature.Inputs.Select(spec => spec.Name).ToArray();
        Signature = signature;
        Footprint = footprint;
    }

    /// <inheritdoc/>
    public ModelSignature Signature { get; }

    /// <inheritdoc/>
    public ModelFootprint Footprint { get; private set; }

    /// <inheritdoc/>
    public IReadOnlyList<NamedTensor> Run(
        IReadOnlyList<NamedTensor> inputs, IReadOnlyList<string> outputs, CancellationToken cancellationToken) =>
        Execute(inputs, outputs, observer: null, cancellationToken);

    /// <inheritdoc/>
    public IReadOnlyList<NamedTensor> RunObserved(
        IReadOnlyList<NamedTensor> inputs, IReadOnlyList<string> outputs, IRunObserver observer, CancellationToken cancellationToken) =>
        Execute(inputs, outputs, observer, cancellationToken);

    /// <inheritdoc/>
    public void WarmUp(Action run)
    {
        using var measurement = _meter.Begin();
        run();
        if (Footprint.IsMeasured && measurement.GrownOrNull() is { } grown) Footprint = Footprint with { PrivateBytes = Footprint.PrivateBytes + grown };
    }

    /// <inheritdoc/>
    public void Dispose() => Unload();

    /// <inheritdoc/>
    public long? Unload()
    {
        if (Interlocked.Exchange(ref _isDisposed, true)) return null;
        using var measurement = _meter.Begin();
        _native.Dispose();
        _source?.Dispose();
        Glibc.Trim();
        // What was mapped is unmapped with the session.
        return measurement.ReturnedOrNull() + Footprint.MappedBytes;
    }

    private NamedTensor[] Execute(
        IReadOnlyList<NamedTensor> inputs, IReadOnlyList<string> outputs, IRunObserver? observer, CancellationToken cancellationToken)
    {
        cancellationToken.ThrowIfCancellationRequested();
        try
        {
            using var borrowed = new BorrowedInputs(inputs);
            using var options = new RunOptions();
            using var results = Run(borrowed, NamesOf(inputs), outputs, options, cancellationToken);
            observer?.Computed();
            var tensors = new NamedTensor[outputs.Count];
            for (var i = 0; i < tensors.Length; i++) tensors[i] = OutputReader.Read(results[i], outputs[i], _file.ModelName);
            return tensors;
        }
        catch (OnnxRuntimeException exception)
        {
            cancellationToken.ThrowIfCancellationRequested();
            throw OnnxErrors.OfRun(exception, _file, Signature, inputs);
        }
    }

    private IDisposableReadOnlyCollection<OrtValue> Run(
        BorrowedInputs inputs, string[] names, IReadOnlyList<string> outputs, RunOptions options, CancellationToken cancellationToken)
    {
        // Disposing the registration waits for a callback under way, so the options outlive it.
        using var cancellation = cancellationToken.UnsafeRegister(static state => ((RunOptions)state!).Terminate = true, options);
        return _native.Run(options, names, inputs.Values, outputs);
    }

    /// <summary>The inputs' names: mostly those of the signature, in its order.</summary>
    private string[] NamesOf(IReadOnlyList<NamedTensor> inputs)
    {
        var isInOrder = inputs.Count == _inputNames.Length;
        for (var i = 0; isInOrder && i < inputs.Count; i++) isInOrder = inputs[i].Name == _inputNames[i];
        return isInOrder ? _inputNames : inputs.Select(input => input.Name).ToArray();
    }
}
