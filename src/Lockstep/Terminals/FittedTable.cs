using Lockstep.Core.Texts;
using Spectre.Console;
using Spectre.Console.Rendering;

namespace Lockstep.Terminals;

/// <summary>
/// A table that fits the width it is given and breaks no word: prose wraps first, then columns that need room go, and where that is not
/// enough each row stands on lines of its own. Cells are text, whatever is in them.
/// </summary>
internal sealed class FittedTable(params IReadOnlyList<FittedColumn> columns) : IRenderable
{
    private const int Gap = 2,
        LeastProse = 20,
        LongestWhole = 40,
        Indent = 2; // a path may be longer than any line

    private static readonly Style Heading = new(decoration: Decoration.Bold);

    private readonly List<FittedCell[]> _rows = [];

    /// <param name="cells">As many as columns; an empty one or <c>-</c> is left out where rows are stacked.</param>
    public FittedTable AddRow(params IEnumerable<FittedCell> cells)
    {
        _rows.Add([.. cells.Select(c => c with { Text = VisibleText.Line(c.Text) })]);
        return this;
    }

    public Measurement Measure(RenderOptions options, int maxWidth) => Form(maxWidth).Measure(options, maxWidth);

    public IEnumerable<Segment> Render(RenderOptions options, int maxWidth) =>
        Segment.SplitLines(Form(maxWidth).Render(options, maxWidth)).SelectMany(line => Trimmed(line).Append(Segment.LineBreak));

    /// <summary>The form that this width allows.</summary>
    private IRenderable Form(int width)
    {
        int[] natural = [.. columns.Select((c, i) => Math.Max(c.Title.GetCellWidth(), Longest(i, text => text.GetCellWidth())))];
        List<int> kept = [.. Enumerable.Range(0, columns.Count)];
        int[] least =
        [
            .. columns.Select(
                (c, i) => c.IsProse ? Math.Min(natural[i], Math.Clamp(Longest(i, LongestWord), LeastProse, LongestWhole)) : natural[i]
            ),
        ];
        while (Total(kept.Select(i => least[i])) > width && kept.FindLastIndex(i => columns[i].NeedsRoom) is >= 0 and var place)
            kept.RemoveAt(place);
        if (Total(kept.Select(i => least[i])) > width)
            return Stacked();
        int spare = width - Total(kept.Select(i => least[i]));
        foreach (int prose in kept.Where(i => columns[i].IsProse))
            spare -= Grow(ref least[prose], Math.Min(natural[prose], least[prose] + spare));
        return Lines(kept, least);
    }

    private Table Lines(List<int> kept, int[] widths)
    {
        var table = new Table().NoBorder();
        foreach (int i in kept)
        {
            table.AddColumn(
                new TableColumn(new Text(columns[i].Title, Heading))
                {
                    Alignment = columns[i].IsNumber ? Justify.Right : Justify.Left,
                    NoWrap = !columns[i].IsProse,
                    Width = widths[i],
                    Padding = new Padding(0, 0, i == kept[^1] ? 0 : Gap, 0),
                }
            );
        }

        foreach (var row in _rows)
            table.AddRow([.. kept.Select(i => new Text(row[i].Text, row[i].Style))]);
        return table;
    }

    private Rows Stacked()
    {
        var parts = new List<IRenderable>();
        foreach (var row in _rows)
        {
            var grid = new Grid { Expand = false }
                .AddColumn(new GridColumn { NoWrap = true, Padding = new Padding(Indent, 0, Gap, 0) })
                .AddColumn(new GridColumn { Padding = new Padding(0, 0, 0, 0) });
            foreach (int i in Enumerable.Range(1, columns.Count - 1).Where(i => row[i].Text is not ("" or "-")))
                grid.AddRow(new Text(columns[i].Title), new Text(row[i].Text, row[i].Style));
            parts.Add(new Text(row[0].Text, Heading));
            parts.Add(grid);
        }
        return new Rows(parts);
    }

    /// <summary>The line without the spaces at its end, which nobody sees and a pipe's reader does not want.</summary>
    private static IEnumerable<Segment> Trimmed(SegmentLine line)
    {
        int kept = line.FindLastIndex(s => !string.IsNullOrWhiteSpace(s.Text));
        return line.Take(kept + 1).Select((s, i) => i < kept ? s : new Segment(s.Text.TrimEnd(), s.Style));
    }

    private int Longest(int column, Func<string, int> length) => _rows.Select(r => length(r[column].Text)).DefaultIfEmpty().Max();

    private static int LongestWord(string text) => text.Split(' ').Max(word => word.GetCellWidth());

    private static int Total(IEnumerable<int> widths) => widths.ToList() is var all ? all.Sum() + Gap * Math.Max(0, all.Count - 1) : 0;

    private static int Grow(ref int width, int to)
    {
        int more = to - width;
        width = to;
        return more;
    }
}
