namespace Bullpen.Core.Models;

/// <summary>What the models of one kind of holder take.</summary>
/// <param name="Holder">Why they have it.</param>
/// <param name="Bytes">Bytes of the ledger.</param>
/// <param name="Models">How many models.</param>
public readonly record struct RoomShare(RoomHolder Holder, long Bytes, int Models);
