namespace Bullpen.Supervision;

/// <summary>Starts the server as a process of its own. One at a time: the next may be started when the last has ended.</summary>
internal interface IServerLauncher
{
    /// <summary>Starts it.</summary>
    /// <exception cref="IOException">The system starts no process.</exception>
    IServerRun Start();
}
