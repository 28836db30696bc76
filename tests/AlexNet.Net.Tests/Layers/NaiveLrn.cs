using AlexNet.Recipes;

namespace AlexNet.Net.Tests.Layers;

/// <summary>Local response normalisation written as the formula reads, in double.</summary>
/// <param name="shape">samples x maps x height x width.</param>
/// <param name="towers">Groups of maps that do not see one another.</param>
/// <param name="lrn">The constants.</param>
internal sealed class NaiveLrn(long[] shape, int towers, LrnRecipe lrn)
{
    private readonly int _maps = (int)shape[1],
        _mapSize = (int)(shape[2] * shape[3]),
        _perTower = (int)shape[1] / towers;

    /// <summary>All outputs for all inputs, row-major.</summary>
    public double[] Forward(double[] x) => [.. Enumerable.Range(0, x.Length).Select(i => One(x, i))];

    /// <summary>The gradient of sum(weights * output) with respect to every input, by central differences.</summary>
    public double[] Gradient(double[] x, double[] weights)
    {
        const double h = 1e-5;
        double[] gradient = new double[x.Length];
        for (int i = 0; i < x.Length; i++)
        {
            double kept = x[i];
            x[i] = kept + h;
            double above = Seen(i).Sum(j => weights[j] * One(x, j));
            x[i] = kept - h;
            gradient[i] = (above - Seen(i).Sum(j => weights[j] * One(x, j))) / (2 * h);
            x[i] = kept;
        }
        return gradient;
    }

    private double One(double[] x, int i) => x[i] / Math.Pow(lrn.K + lrn.Alpha / lrn.Size * Seen(i).Sum(j => x[j] * x[j]), lrn.Beta);

    /// <summary>The elements of the neighbouring maps at the same place, itself included.</summary>
    private IEnumerable<int> Seen(int i)
    {
        int map = i / _mapSize % _maps;
        int tower = map / _perTower;
        for (int near = map - lrn.Size / 2; near <= map + lrn.Size / 2; near++)
        {
            if (near >= tower * _perTower && near < (tower + 1) * _perTower)
                yield return i + (near - map) * _mapSize;
        }
    }
}
