namespace Bullpen.Hosting;

/// <summary>The address to listen on is taken, or not there: what may be otherwise a moment later. One line, with what to do.</summary>
internal sealed class AddressUnavailableException(string message) : Exception(message);
