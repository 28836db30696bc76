namespace Lockstep.Pictures;

/// <summary>The axis on which losses are seen: its scale, and its limits, which a few outliers do not move.</summary>
/// <param name="IsLogarithmic">Values are drawn by their logarithms of base 10.</param>
/// <param name="Low">The lower end, as it is drawn.</param>
/// <param name="High">The upper end, as it is drawn.</param>
/// <param name="Beyond">The number of steps that lie beyond the ends.</param>
internal sealed record ValueScale(bool IsLogarithmic, double Low, double High, int Beyond)
{
    private const double WideRange = 4, // from which values are drawn by their logarithms
        Outliers = 0.005, // the share of the steps at each end that may lie beyond it
        Margin = 0.05,
        LeastSpan = 1e-3;

    /// <summary>Chooses the scale and its ends.</summary>
    /// <param name="steps">Values of single steps; those that are not numbers are left out.</param>
    /// <param name="shown">Values that are seen in any case, such as averages.</param>
    public static ValueScale Of(IEnumerable<double> steps, IEnumerable<double> shown)
    {
        double[] sorted = [.. steps.Where(double.IsFinite).Order()],
            kept = [.. shown.Where(double.IsFinite)];
        if (kept.Length == 0)
            kept = sorted;
        if (kept.Length == 0)
            return new(false, 0, 1, 0);
        bool logarithmic = kept.Min() > 0 && sorted.All(s => s >= 0) && kept.Max() > WideRange * kept.Min();
        double[] drawable = logarithmic ? [.. sorted.Where(s => s > 0)] : sorted;
        int cut = (int)(drawable.Length * Outliers);
        double[] ends = drawable.Length == 0 ? [] : [drawable[cut], drawable[^(cut + 1)]];
        double low = Drawn(kept.Concat(ends).Min()),
            high = Drawn(kept.Concat(ends).Max()),
            room = Margin * Math.Max(high - low, LeastSpan * Math.Max(1, Math.Abs(high)));
        var scale = new ValueScale(logarithmic, low - room, high + room, 0);
        return scale with { Beyond = sorted.Count(s => scale.Of(s) is var y && (y < scale.Low || y > scale.High)) };

        double Drawn(double value) => logarithmic ? Math.Log10(value) : value;
    }

    /// <summary>Where a value is drawn.</summary>
    public double Of(double value) => IsLogarithmic ? Math.Log10(value) : value;
}
