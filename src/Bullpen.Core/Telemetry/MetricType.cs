namespace Bullpen.Core.Telemetry;

/// <summary>How a metric's value behaves.</summary>
public enum MetricType
{
    /// <summary>Only grows, from 0 at the start of the server.</summary>
    Counter,

    /// <summary>Goes up and down.</summary>
    Gauge,

    /// <summary>A distribution: how many observations were at most so large, and their sum.</summary>
    Histogram,
}
