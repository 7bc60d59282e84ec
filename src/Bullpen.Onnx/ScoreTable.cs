using System.Globalization;
using Bullpen.Core;
using Bullpen.Core.Tensors;
using Microsoft.ML.OnnxRuntime;

namespace Bullpen.Onnx;

/// <summary>
/// Makes a float32 tensor [rows, labels] of the maps from label to score that the operator ZipMap returns, one for each
/// row (ai.onnx.ml, <c>seq(map(string, float))</c> or <c>seq(map(int64, float))</c>).
/// </summary>
internal sealed class ScoreTable
{
    private readonly string _name;
    private readonly string _model;
    private readonly List<float> _scores = [];
    private string[]? _labels;
    private int _rows;

    private ScoreTable(string name, string model)
    {
        _name = name;
        _model = model;
    }

    /// <summary>A table of one row.</summary>
    public static NamedTensor OfMap(OrtValue map, string name, string model)
    {
        var table = new ScoreTable(name, model);
        table.Add(map);
        return table.ToTensor();
    }

    /// <summary>A table of a row for each map; [0, 0] for none.</summary>
    public static NamedTensor OfSequence(OrtValue sequence, string name, string model)
    {
        var table = new ScoreTable(name, model);
        sequence.ProcessSequence((map, _) => table.Add(map), OrtAllocator.DefaultInstance);
        return table.ToTensor();
    }

    private void Add(OrtValue map) => map.ProcessMap(
        (keys, values) =>
        {
            var labels = LabelsOf(keys);
            _labels ??= labels;
            if (!_labels.AsSpan().SequenceEqual(labels)) throw Ragged(labels);
            _scores.AddRange(values.GetTensorDataAsSpan<float>());
            _rows++;
        },
        OrtAllocator.DefaultInstance);

    private static string[] LabelsOf(OrtValue keys)
    {
        if (keys.GetTensorTypeAndShape().IsString) return keys.GetStringTensorAsArray();
        var numbers = keys.GetTensorDataAsSpan<long>();
        var labels = new string[numbers.Length];
        for (var i = 0; i < labels.Length; i++) labels[i] = numbers[i].ToString(CultureInfo.InvariantCulture);
        return labels;
    }

    private NamedTensor ToTensor()
    {
        var labels = _labels ?? [];
        var shape = new TensorShape(_rows, labels.Length);
        return new NamedTensor(_name, Tensor.FromValues<float>(ElementType.Float32, shape, [.. _scores]), labels);
    }

    private ServingException Ragged(string[] labels) => new(
        ServingErrorKind.ExecutionFailed,
        $"Model {_model}: the rows of the output {_name} have different labels ({labels.Length} in row {_rows}, or others than in the first).")
    {
        Model = _model,
        Field = _name,
    };
}
