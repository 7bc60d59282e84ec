namespace Bullpen.Core.Runtimes;

/// <summary>Told of the moments within one <see cref="IModelSession"/>'s run. Called on the thread of the run.</summary>
public interface IRunObserver
{
    /// <summary>The model has answered; what is left of the run is to copy the outputs.</summary>
    void Computed();
}
