namespace Bullpen.Telemetry;

/// <summary>One combination of label values of a metric, and what is kept of it.</summary>
internal sealed class Series<TCell>(ReadOnlySpan<KeyValuePair<string, object?>> labels, TCell cell)
{
    private readonly KeyValuePair<string, object?>[] _labels = labels.ToArray();

    /// <summary>The labels as the format has them, escaped once.</summary>
    internal string Text { get; } = PrometheusText.Labels(labels);

    internal TCell Cell { get; } = cell;

    internal bool Has(ReadOnlySpan<KeyValuePair<string, object?>> labels)
    {
        if (labels.Length != _labels.Length) return false;
        for (var i = 0; i < labels.Length; i++)
        {
            // The values are constants as a rule, so that the first look decides.
            if (!ReferenceEquals(labels[i].Value, _labels[i].Value) && !Equals(labels[i].Value, _labels[i].Value)) return false;
            if (!ReferenceEquals(labels[i].Key, _labels[i].Key) && labels[i].Key != _labels[i].Key) return false;
        }

        return true;
    }
}
