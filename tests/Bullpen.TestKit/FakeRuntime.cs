using System.Collections.Concurrent;
using Bullpen.Core.Runtimes;
using Bullpen.Core.Tensors;

namespace Bullpen.TestKit;

/// <summary>
/// A runtime whose loads a test can hold, fail and count. Its sessions answer a float32[1] with the load's serial number,
/// and shout when they are used after, or disposed during, a run.
/// </summary>
public sealed class FakeRuntime : IModelRuntime
{
    private readonly ConcurrentDictionary<string, FakeModel> _models = new();
    private readonly ConcurrentQueue<string> _violations = new();
    private int _loadsRunning;
    private long _loads;

    public string Name => "fake";

    /// <summary>What no test may find: a run on a disposed session, a dispose during a run.</summary>
    public IReadOnlyCollection<string> Violations => _violations;

    /// <summary>The most loads that ran at once.</summary>
    public int MostLoadsAtOnce { get; private set; }

    /// <summary>Bytes of all sessions that are not disposed.</summary>
    public long BytesAlive => _models.Values.Sum(model => model.Alive * model.Bytes);

    /// <summary>The behaviour of one model; 100 bytes, loads at once, by default.</summary>
    public FakeModel Model(string name) => _models.GetOrAdd(name, static key => new FakeModel(key));

    public long EstimateBytes(ModelFile file)
    {
        var model = Model(file.ModelName);
        return model.EstimateFailure is { } failure ? throw failure : model.Estimate;
    }

    public IModelSession Load(ModelFile file, CancellationToken cancellationToken)
    {
        var model = Model(file.ModelName);
        var running = Interlocked.Increment(ref _loadsRunning);
        lock (_violations) MostLoadsAtOnce = Math.Max(MostLoadsAtOnce, running);
        try
        {
            model.LoadStarted();
            model.Hold?.Wait(cancellationToken);
            if (model.Failure is { } failure) throw failure;
            var serial = Interlocked.Increment(ref _loads);
            if (model.FirstLoad == 0) model.FirstLoad = serial;
            return new FakeSession(this, model, serial);
        }
        finally
        {
            Interlocked.Decrement(ref _loadsRunning);
        }
    }

    private sealed class FakeSession : IModelSession
    {
        private readonly FakeRuntime _runtime;
        private readonly FakeModel _model;
        private readonly float _serial;
        private long _grown;
        private int _running;
        private bool _disposed;

        internal FakeSession(FakeRuntime runtime, FakeModel model, long serial)
        {
            _runtime = runtime;
            _model = model;
            _serial = serial;
            _model.AddAlive(1);
        }

        public ModelSignature Signature => field ??= new()
        {
            Inputs = [new TensorSpec("x", ElementType.Float32, new TensorShape(TensorShape.Dynamic))],
            Outputs = [new TensorSpec("serial", ElementType.Float32, _model.OutputShape)],
        };

        public ModelFootprint Footprint => new(_model.Bytes + _grown, _model.MappedBytes, _model.IsMeasured);

        public IReadOnlyList<NamedTensor> Run(
            IReadOnlyList<NamedTensor> inputs, IReadOnlyList<string> outputs, CancellationToken cancellationToken)
        {
            Interlocked.Increment(ref _running);
            if (Volatile.Read(ref _disposed)) _runtime._violations.Enqueue($"{_model.Name} ran after it was disposed.");
            if (inputs.Count > 0) _model.RunSizes.Enqueue(inputs[0].Value.Shape.ElementCount);
            _model.RunStarted();
            try
            {
                _model.HoldRun?.Wait(cancellationToken);
                if (_model.RunFailure is { } failure) throw failure;
                return [new NamedTensor("serial", Tensor.FromValues(ElementType.Float32, new TensorShape(1), _serial))];
            }
            finally
            {
                if (Volatile.Read(ref _disposed)) _runtime._violations.Enqueue($"{_model.Name} was disposed while it ran.");
                _model.RunEnded();
                Interlocked.Decrement(ref _running);
            }
        }

        public IReadOnlyList<NamedTensor> RunObserved(
            IReadOnlyList<NamedTensor> inputs, IReadOnlyList<string> outputs, IRunObserver observer, CancellationToken cancellationToken)
        {
            var tensors = Run(inputs, outputs, cancellationToken);
            observer.Computed();
            _model.Copying?.Invoke();
            return tensors;
        }

        public void WarmUp(Action run)
        {
            run();
            _grown = _model.WarmUpBytes;
        }

        public long? Unload()
        {
            Dispose();
            return _model.Reclaims;
        }

        public void Dispose()
        {
            _model.HoldDispose?.Wait();
            if (Interlocked.Exchange(ref _disposed, true)) _runtime._violations.Enqueue($"{_model.Name} was disposed twice.");
            if (Volatile.Read(ref _running) > 0) _runtime._violations.Enqueue($"{_model.Name} was disposed while it ran.");
            _model.AddAlive(-1);
            if (_model.DisposeFailure is { } failure) throw failure;
        }
    }
}
