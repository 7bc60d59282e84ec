namespace Bullpen.Core.Simulation;

/// <summary>Draws models by rank: the model at rank r with a probability proportional to 1 ÷ r^s (Zipf's law); s = 0: all alike.</summary>
internal sealed class Popularity
{
    private readonly double[] _upTo;
    private readonly int[] _atRank;

    internal Popularity(int models, double exponent, Random random)
    {
        _upTo = new double[models];
        var sum = 0.0;
        for (var rank = 0; rank < models; rank++) _upTo[rank] = sum += Math.Pow(rank + 1, -exponent);
        _atRank = [.. Enumerable.Range(0, models)];
        random.Shuffle(_atRank);
    }

    internal int Draw(Random random)
    {
        var at = Array.BinarySearch(_upTo, random.NextDouble() * _upTo[^1]);
        return _atRank[Math.Min(at < 0 ? ~at : at, _atRank.Length - 1)];
    }

    /// <summary>So many times, two ranks drawn by chance exchange their models.</summary>
    internal void Shift(int exchanges, Random random)
    {
        for (var i = 0; i < exchanges; i++)
        {
            var (one, other) = (random.Next(_atRank.Length), random.Next(_atRank.Length));
            (_atRank[one], _atRank[other]) = (_atRank[other], _atRank[one]);
        }
    }
}
