namespace Bullpen.Sources.Downloads;

/// <summary>A host's addresses are all ones that a download may not connect to.</summary>
internal sealed class AddressRefusedException(string host)
    : Exception($"{host} leads to an address that is not public, which only an IP address or localhost in --allowed-urls, or --private-downloads on, allows");
