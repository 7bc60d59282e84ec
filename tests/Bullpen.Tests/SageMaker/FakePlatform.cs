using Bullpen.Core.Models;
using Bullpen.TestKit;

namespace Bullpen.Tests.SageMaker;

/// <summary>
/// What SageMaker does with the container of a multi-model endpoint: loads what is asked for, unloads what it used least recently
/// when the container has no room, and starts the container anew now and then. It keeps its own book of what is loaded, and
/// compares it with the container after every step.
/// </summary>
/// <param name="store">Where it unpacks archives.</param>
/// <param name="models">How many models there are.</param>
/// <param name="memory">Bytes that the container has for them.</param>
/// <param name="random">Chooses models and sizes.</param>
public sealed class FakePlatform(TempFolder store, int models, long memory, Random random) : IAsyncDisposable
{
    private readonly Dictionary<string, string> _urls = [];
    private readonly LinkedList<(string Name, long Bytes)> _leastRecentFirst = [];
    private FakeContainer? _container;
    private long _loads;

    /// <summary>How often each thing happened.</summary>
    public Dictionary<string, int> Events { get; } = [];

    private FakeContainer Container => _container!;

    /// <summary>Unpacks all archives, under names as opaque as SageMaker's, and starts a container.</summary>
    public async Task StartAsync()
    {
        for (var i = 0; i < models; i++)
        {
            var name = Convert.ToHexStringLower(BitConverter.GetBytes(random.NextInt64())) + (i % 2 == 0 ? "" : $"-{i}.v1");
            _urls[name] = FakeContainer.Unpack(store, name);
        }

        await RestartAsync();
    }

    /// <summary>One step, and a look at what it left.</summary>
    public async Task StepAsync()
    {
        await (random.Next(1000) switch
        {
            < 2 => RestartAsync(),
            < 50 => UnloadAsync(Pick()),
            < 100 => LoadTwiceAsync(Pick()),
            < 140 => InvokeWhatMayNotBeThereAsync(Pick()),
            < 180 => InvokeManyAsync(),
            < 210 => FailToLoadAsync(Pick()),
            _ => InvokeAsync(Pick()),
        });
        await CompareAsync();
    }

    public async ValueTask DisposeAsync()
    {
        if (_container is not null) await _container.DisposeAsync();
    }

    /// <summary>A few models are asked for much more often than the rest.</summary>
    private string Pick() => _urls.Keys.ElementAt((int)(models * Math.Pow(random.NextDouble(), 2)));

    private async Task RestartAsync()
    {
        Count("restart");
        if (_container is not null) await _container.DisposeAsync();
        _container = await FakeContainer.StartAsync(store.Path, memory);
        _leastRecentFirst.Clear();
        _loads = 0;
    }

    private async Task InvokeAsync(string name)
    {
        if (!IsLoaded(name) && !await TryLoadAsync(name)) return;
        Touch(name);
        (await Container.InvokeAsync(name)).Status.ShouldBe(200);
    }

    /// <summary>Loads a model, unloading one after the other until there is room. False where there is none though all are gone.</summary>
    private async Task<bool> TryLoadAsync(string name)
    {
        var model = Container.Runtime.Model(name);
        model.Estimate = random.NextInt64(1, memory / 4);
        // A file tells only roughly what it will take.
        model.Bytes = random.Next(5) == 0 ? (long)(model.Estimate * (0.5 + (2 * random.NextDouble()))) + 1 : model.Estimate;
        while (true)
        {
            var begun = model.Loads;
            var free = memory - _leastRecentFirst.Sum(loaded => loaded.Bytes);
            var answer = await Container.LoadAsync(name, _urls[name]);
            answer.Status.ShouldBe(model.Estimate <= free && model.Bytes <= free ? 200 : 507, answer.Body);
            (model.Loads - begun).ShouldBe(model.Estimate <= free ? 1 : 0);
            if (answer.Status == 200)
            {
                Count("load");
                _loads++;
                _leastRecentFirst.AddLast((name, model.Bytes));
                return true;
            }

            Count(model.Loads == begun ? "refused before" : "refused after");
            if (_leastRecentFirst.First is not { } least) return false;
            await UnloadAsync(least.Value.Name);
        }
    }

    private async Task UnloadAsync(string name)
    {
        var answer = await Container.UnloadAsync(name);
        answer.Status.ShouldBe(Forget(name) ? 200 : 404, answer.Body);
        if (answer.Status != 200) return;
        Count("unload");
        Container.Runtime.Model(name).Alive.ShouldBe(0, "unloaded before it is answered");
    }

    private async Task LoadTwiceAsync(string name)
    {
        if (!IsLoaded(name)) return;
        Count("conflict");
        (await Container.LoadAsync(name, _urls[name])).Status.ShouldBe(409);
    }

    private async Task InvokeWhatMayNotBeThereAsync(string name)
    {
        Count(IsLoaded(name) ? "invoked" : "not there");
        var expected = IsLoaded(name) ? 200 : 404;
        (await Container.InvokeAsync(name)).Status.ShouldBe(expected);
        (await Container.DescribeAsync(name)).Status.ShouldBe(expected);
    }

    private async Task InvokeManyAsync()
    {
        Count("many");
        var names = _leastRecentFirst.Select(loaded => loaded.Name).Take(8).ToList();
        foreach (var answer in await Task.WhenAll(names.Select(Container.InvokeAsync))) answer.Status.ShouldBe(200, answer.Body);
    }

    private async Task FailToLoadAsync(string name)
    {
        var model = Container.Runtime.Model(name);
        if (IsLoaded(name) || Container.Ledger.Free < 2) return;
        Count("broken");
        (model.Estimate, model.Bytes, model.Failure) = (1, 1, model.Broken());
        (await Container.LoadAsync(name, _urls[name])).Status.ShouldBe(400);
        model.Failure = null;
    }

    /// <summary>Nothing lost, nothing there unasked, memory within the budget.</summary>
    private async Task CompareAsync()
    {
        var bytes = _leastRecentFirst.Sum(loaded => loaded.Bytes);
        (await Container.ListAsync()).ShouldBe(_leastRecentFirst.Select(loaded => loaded.Name).Order(StringComparer.Ordinal));
        (await Container.LoadsAsync()).ShouldBe(_loads);
        bytes.ShouldBeLessThanOrEqualTo(memory);
        Container.Ledger.ShouldBe(new MemoryLedger(memory, Reserved: 0, Resident: bytes, Draining: 0));
        Container.Runtime.BytesAlive.ShouldBe(bytes);
        Container.Runtime.Violations.ShouldBeEmpty();
    }

    private bool IsLoaded(string name) => Node(name) is not null;

    private bool Forget(string name)
    {
        if (Node(name) is not { } node) return false;
        _leastRecentFirst.Remove(node);
        return true;
    }

    private void Touch(string name)
    {
        var node = Node(name)!;
        _leastRecentFirst.Remove(node);
        _leastRecentFirst.AddLast(node);
    }

    private LinkedListNode<(string Name, long Bytes)>? Node(string name)
    {
        for (var node = _leastRecentFirst.First; node is not null; node = node.Next)
            if (node.Value.Name == name) return node;
        return null;
    }

    private void Count(string what) => Events[what] = Events.GetValueOrDefault(what) + 1;
}
