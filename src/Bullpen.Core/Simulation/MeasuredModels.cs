using Bullpen.Core.Repository;

namespace Bullpen.Core.Simulation;

/// <summary>
/// Sizes and load times of real models, of which synthetic traces are made: the ten of samples/models as this server
/// measured them (median of seven loads), and three transformers with plain sessions (docs/decisions/eviction-by-worth.md).
/// </summary>
internal static class MeasuredModels
{
    private static readonly (string Name, long Bytes, double LoadMilliseconds)[] Table =
    [
        ("india", 95_600, 0.6),
        ("iris", 176_000, 0.8),
        ("penguins", 262_900, 1.0),
        ("fashion", 659_500, 3.3),
        ("language_id", 1_165_700, 4.8),
        ("expression", 2_217_000, 13.2),
        ("sentiment", 2_702_500, 3.3),
        ("spam", 6_019_300, 6.7),
        ("guard", 6_129_100, 6.8),
        ("image", 21_750_300, 53.6),
        ("minilm", 88_100_000, 132),
        ("bert-small", 111_600_000, 171),
        ("bert-base", 425_000_000, 731),
    ];

    /// <summary>As many models, each one of the table's by chance, every kind as likely.</summary>
    internal static List<TraceModel> Take(int count, Random random)
    {
        var models = new List<TraceModel>(count);
        for (var i = 0; i < count; i++)
        {
            var (name, bytes, milliseconds) = Table[random.Next(Table.Length)];
            models.Add(new TraceModel(new ModelId($"{name}-{i}", ModelId.FirstVersion), bytes, TimeSpan.FromMilliseconds(milliseconds)));
        }

        return models;
    }
}
