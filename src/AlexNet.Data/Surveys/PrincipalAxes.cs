namespace AlexNet.Data.Surveys;

/// <summary>The principal axes of a covariance, the longest first.</summary>
/// <param name="Deviations">Standard deviations along them.</param>
/// <param name="Axes">For each its direction, of length 1, whose largest component is positive.</param>
public sealed record PrincipalAxes(IReadOnlyList<double> Deviations, IReadOnlyList<IReadOnlyList<double>> Axes)
{
    private const int MostSweeps = 50;

    /// <summary>
    /// Those of a symmetric matrix. Source: Jacobi's rotations, in the cyclic form of Golub and Van Loan, "Matrix Computations", 8.5.
    /// </summary>
    public static PrincipalAxes Of(double[,] covariance)
    {
        int size = covariance.GetLength(0);
        var (a, v) = ((double[,])covariance.Clone(), new double[size, size]);
        for (int i = 0; i < size; i++)
            v[i, i] = 1;
        for (int sweep = 0; sweep < MostSweeps && !IsDiagonal(a); sweep++)
        {
            for (int p = 0; p < size; p++)
            {
                for (int q = p + 1; q < size; q++)
                    Rotate(a, v, p, q);
            }
        }

        int[] order = [.. Enumerable.Range(0, size).OrderByDescending(i => a[i, i])];
        return new([.. order.Select(i => Math.Sqrt(Math.Max(a[i, i], 0)))], [.. order.Select(i => Direction(v, i))]);
    }

    private static bool IsDiagonal(double[,] a)
    {
        double beside = 0,
            all = 0;
        foreach (var (p, q) in from p in Enumerable.Range(0, a.GetLength(0)) from q in Enumerable.Range(0, a.GetLength(0)) select (p, q))
            (beside, all) = (beside + (p == q ? 0 : a[p, q] * a[p, q]), all + a[p, q] * a[p, q]);
        return beside <= all * 1e-24;
    }

    /// <summary>Turns the plane of two coordinates so that their covariance becomes 0.</summary>
    private static void Rotate(double[,] a, double[,] v, int p, int q)
    {
        if (a[p, q] == 0)
            return;
        double tau = (a[q, q] - a[p, p]) / (2 * a[p, q]);
        double t = (tau >= 0 ? 1 : -1) / (Math.Abs(tau) + Math.Sqrt(1 + tau * tau)),
            c = 1 / Math.Sqrt(1 + t * t),
            s = t * c;
        for (int k = 0; k < a.GetLength(0); k++)
            (a[k, p], a[k, q]) = (c * a[k, p] - s * a[k, q], s * a[k, p] + c * a[k, q]);
        for (int k = 0; k < a.GetLength(0); k++)
            (a[p, k], a[q, k]) = (c * a[p, k] - s * a[q, k], s * a[p, k] + c * a[q, k]);
        for (int k = 0; k < a.GetLength(0); k++)
            (v[k, p], v[k, q]) = (c * v[k, p] - s * v[k, q], s * v[k, p] + c * v[k, q]);
    }

    private static double[] Direction(double[,] v, int axis)
    {
        double[] direction = [.. Enumerable.Range(0, v.GetLength(0)).Select(k => v[k, axis])];
        double sign = direction.MaxBy(Math.Abs) < 0 ? -1 : 1;
        return Array.ConvertAll(direction, d => d * sign);
    }
}
