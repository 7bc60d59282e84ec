using Bullpen.Core.Repository;

namespace Bullpen.Core.Simulation;

/// <summary>
/// Sizes and load times of real models, of which synthetic traces are made: the ten of samples/models as this server
/// measured them (median of seven loads), and three transformers, loaded from their own file and, as every load but a model's
/// first, mapped from a store of optimised graphs with prepacked weights (docs/decisions/eviction-by-worth.md).
/// </summary>
internal static class MeasuredModels
{
    private static readonly (string Name, long Bytes, double PlainMilliseconds, double StoredMilliseconds)[] Table =
    [
        ("india", 95_600, 0.6, 0.6),
        ("iris", 176_000, 0.8, 0.8),
        ("penguins", 262_900, 1.0, 1.0),
        ("fashion", 659_500, 3.3, 3.3),
        ("language_id", 1_165_700, 4.8, 4.8),
        ("expression", 2_217_000, 13.2, 13.2),
        ("sentiment", 2_702_500, 3.3, 3.3),
        ("spam", 6_019_300, 6.7, 6.7),
        ("guard", 6_129_100, 6.8, 6.8),
        ("image", 21_750_300, 53.6, 53.6),
        ("minilm", 88_100_000, 132, 42),
        ("bert-small", 111_600_000, 171, 41),
        ("bert-base", 425_000_000, 731, 227),
    ];

    /// <summary>As many models, each one of the table's by chance, every kind as likely.</summary>
    internal static List<TraceModel> Take(int count, bool areStored, Random random)
    {
        var models = new List<TraceModel>(count);
        for (var i = 0; i < count; i++)
        {
            var (name, bytes, plain, stored) = Table[random.Next(Table.Length)];
            var loadTime = TimeSpan.FromMilliseconds(areStored ? stored : plain);
            models.Add(new TraceModel(new ModelId($"{name}-{i}", ModelId.FirstVersion), bytes, loadTime));
        }

        return models;
    }
}
