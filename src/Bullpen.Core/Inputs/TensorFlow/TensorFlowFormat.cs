namespace Bullpen.Core.Inputs.TensorFlow;

/// <summary>In which of TensorFlow Serving's two formats a request is, and so its answer.</summary>
public enum TensorFlowFormat
{
    /// <summary><c>instances</c>, one after the other; answered by <c>predictions</c>, one for each.</summary>
    Rows,

    /// <summary><c>inputs</c>, each with all its rows; answered by <c>outputs</c>.</summary>
    Columns,
}
