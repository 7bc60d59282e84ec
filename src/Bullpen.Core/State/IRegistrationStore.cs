namespace Bullpen.Core.State;

/// <summary>
/// The registrations that outlive the server. Nothing in here throws because of a disk: where a change cannot be written
/// that is logged once, and the server goes on without. Changes take effect in the order of the calls, at the call.
/// </summary>
public interface IRegistrationStore
{
    /// <summary>What was kept when the server started, in the order it was registered.</summary>
    IReadOnlyList<Registration> Registrations { get; }

    /// <summary>Keeps a registration; one of the same name is replaced.</summary>
    /// <returns>
    /// True once it would survive the loss of power, or was forgotten again before it was written; false where the store is
    /// bypassed or too slow to wait for.
    /// </returns>
    Task<bool> KeepAsync(Registration registration);

    /// <summary>Forgets the registration of that name, if there is one.</summary>
    /// <returns>True once it would stay forgotten after the loss of power; false as of <see cref="KeepAsync"/>.</returns>
    Task<bool> ForgetAsync(string name);
}
