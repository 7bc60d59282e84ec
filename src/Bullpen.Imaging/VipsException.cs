namespace Bullpen.Imaging;

/// <summary>libvips could not do it; the message is its error log, which threads that fail at the same moment share.</summary>
internal sealed class VipsException(string log) : Exception(log);
