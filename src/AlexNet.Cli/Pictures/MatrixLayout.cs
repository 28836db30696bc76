namespace AlexNet.Cli.Pictures;

/// <summary>Sizes in a picture of a matrix of classes: every cell is a whole number of pixels, and what does not fit is left out.</summary>
/// <param name="Classes">Rows, and columns.</param>
/// <param name="Cell">Width and height of a cell in pixels.</param>
internal sealed record MatrixLayout(int Classes, int Cell)
{
    private const int Side = 720,
        LargestCell = 150,
        NamedCell = 15,
        CountedCell = 26,
        MostNamed = 120,
        ManySide = 1000;
    private const float LargestCount = 28,
        LargestName = 26,
        SmallestName = 11,
        NameShare = 0.75f; // of a cell's height
    private const int TickDistance = 74;

    /// <summary>Up to 120 classes are named, whatever room that takes; more are so many dots.</summary>
    public static MatrixLayout For(int classes) =>
        new(classes, classes <= MostNamed ? Math.Clamp(Side / classes, NamedCell, LargestCell) : Math.Max(1, ManySide / classes));

    /// <summary>Width and height of all cells in pixels.</summary>
    public int Pixels => Classes * Cell;

    /// <summary>Each row and column has room for its name.</summary>
    public bool HasNames => Cell >= NamedCell;

    /// <summary>The size of type of the names, or of the numbers in their place.</summary>
    public float NameSize => HasNames ? Math.Clamp(NameShare * Cell, SmallestName, LargestName) : LargestName;

    /// <summary>The size of type in which a count of so many digits fits a cell; null where none does.</summary>
    public float? CountSize(int digits) =>
        Cell >= CountedCell && Math.Min(LargestCount, (Cell - 4) / (0.62f * digits)) is >= 8f and var size ? size : null;

    /// <summary>The labels that have room for a number beside them.</summary>
    public IEnumerable<int> NumberedLabels()
    {
        int[] steps = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1000];
        int step = steps.FirstOrDefault(s => s * Cell >= TickDistance, steps[^1]);
        return Enumerable.Range(0, (Classes + step - 1) / step).Select(i => i * step);
    }
}
