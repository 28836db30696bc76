using Lockstep.Autopsies;
using Lockstep.Core.Flights;
using Lockstep.Views;
using SkiaSharp;

namespace Lockstep.Pictures;

/// <summary>
/// Draws the last moments of a generation: a row for each worker, in it the phases of its steps, and over these the time in which it waited
/// for others. A line marks the last sign of the worker that was first.
/// </summary>
internal static class AutopsyPicture
{
    private const int MostRows = 16;
    private const float Margin = 24,
        RowHeight = 74,
        BarHeight = 40,
        WaitHeight = 14,
        NameWidth = 190,
        AxisHeight = 92,
        LegendHeight = 92,
        Small = 24;
    private const double StepsBefore = 3, // of the worker that was first, that are shown
        LeastSeconds = 0.05,
        Behind = 1.15; // room behind the last moment

    private static readonly (string Name, SKColor Colour)[] Phases =
    [
        ("load", new(0x7a, 0x5b, 0xb5)),
        ("forward", new(0x3a, 0x94, 0xcc)),
        ("backward", new(0x08, 0x2f, 0x57)),
        ("reduce", new(0xd5, 0x5e, 0x00)),
        ("vote", new(0xe6, 0xb4, 0x50)),
        ("update", new(0x00, 0x9e, 0x73)),
    ];

    private static readonly SKColor Other = new(0x99, 0x99, 0x99),
        Ink = new(0x1a, 0x20, 0x28);

    /// <param name="path">A .png or .svg file.</param>
    /// <param name="autopsy">What was found.</param>
    /// <exception cref="Core.Errors.BadInputException">The extension is another.</exception>
    /// <exception cref="IOException">The disk is full or cannot be written.</exception>
    public static void Write(string path, Autopsy autopsy)
    {
        WorkerTrace[] shown = [.. Shown(autopsy)];
        int height = (int)(Margin + shown.Length * RowHeight + AxisHeight + LegendHeight);
        PictureFile.Write(path, PictureStyle.Width, height, canvas => Draw(canvas, autopsy, shown));
    }

    /// <summary>The worker that was first, and as many of the others as have room.</summary>
    private static IEnumerable<WorkerTrace> Shown(Autopsy autopsy) =>
        autopsy
            .Workers.OrderBy(w => w != autopsy.First)
            .ThenBy(w => w.Waiting is null)
            .ThenBy(w => w.Rank)
            .Take(MostRows)
            .OrderBy(w => w.Rank);

    private static void Draw(SKCanvas canvas, Autopsy autopsy, WorkerTrace[] shown)
    {
        var (from, to) = Window(autopsy, shown);
        float left = Margin + NameWidth,
            width = PictureStyle.Width - left - Margin;
        float X(long ticks) => left + width * (float)Math.Clamp((ticks - from) / (double)(to - from), 0, 1);
        using var font = PictureFont.Of(PictureStyle.TextSize);
        using var small = PictureFont.Of(Small);
        using var ink = new SKPaint { Color = Ink, IsAntialias = true };
        float y = Margin;
        foreach (var worker in shown)
        {
            bool isFirst = worker == autopsy.First;
            string name = PictureFont.Fitted(worker.Identity.WorkerId, font, NameWidth - 20);
            canvas.DrawText(name, Margin, y + BarHeight - 10, SKTextAlign.Left, font, ink);
            if (isFirst)
                canvas.DrawText("was first", Margin, y + BarHeight + 16, SKTextAlign.Left, small, ink);
            DrawRow(canvas, worker, y, from, to, X);
            y += RowHeight;
        }

        if (autopsy.First is { } first)
        {
            using var line = new SKPaint
            {
                Color = Ink,
                StrokeWidth = 3,
                PathEffect = SKPathEffect.CreateDash([10, 6], 0),
            };
            canvas.DrawLine(X(first.LastSign), Margin - 10, X(first.LastSign), y, line);
        }

        DrawAxis(canvas, autopsy, from, to, y, X, small);
        DrawLegend(canvas, shown, y + AxisHeight, small);
    }

    private static void DrawRow(SKCanvas canvas, WorkerTrace worker, float y, long from, long to, Func<long, float> x)
    {
        FlightEntry[] phases = [.. worker.Entries.Where(e => e.Kind is FlightKind.Phase or FlightKind.End or FlightKind.Generation)];
        for (int i = 0; i < phases.Length; i++)
        {
            if (phases[i].Kind != FlightKind.Phase)
                continue;
            bool isOpen = i + 1 == phases.Length;
            long end = isOpen
                ? worker.Waiting is null
                    ? worker.LastSign
                    : to
                : phases[i + 1].Begun;
            if (end < from)
                continue;
            using var paint = new SKPaint { Color = ColourOf(WorkerTrace.PhaseOf(phases[i])) };
            float start = x(phases[i].Begun);
            canvas.DrawRect(start, y, Math.Max(2, x(end) - start), BarHeight, paint);
        }

        using var wait = new SKPaint { Color = SKColors.White.WithAlpha(200) };
        using var edge = new SKPaint { Color = Ink };
        foreach (var entry in worker.Entries.Where(e => e.Kind == FlightKind.Operation && e.Waited > 0))
        {
            long end = entry.Ended > 0 ? entry.Ended : to;
            if (end < from)
                continue;
            float start = x(entry.Waited),
                length = Math.Max(1, x(end) - start);
            canvas.DrawRect(start, y + BarHeight - WaitHeight, length, WaitHeight, wait);
            canvas.DrawRect(start, y + BarHeight - 3, length, 3, edge);
        }
    }

    /// <summary>Time in seconds from the last sign of the worker that was first.</summary>
    private static void DrawAxis(SKCanvas canvas, Autopsy autopsy, long from, long to, float y, Func<long, float> x, SKFont font)
    {
        long zero = autopsy.First?.LastSign ?? to;
        using var ink = new SKPaint
        {
            Color = Ink,
            StrokeWidth = 2,
            IsAntialias = true,
        };
        canvas.DrawLine(x(from), y, x(to), y, ink);
        double step = TickOf(TimeSpan.FromTicks(to - from).TotalSeconds / 5);
        double first = Math.Ceiling(TimeSpan.FromTicks(from - zero).TotalSeconds / step) * step;
        for (double seconds = first; seconds <= TimeSpan.FromTicks(to - zero).TotalSeconds; seconds += step)
        {
            float at = x(zero + (long)(seconds * TimeSpan.TicksPerSecond));
            canvas.DrawLine(at, y, at, y + 8, ink);
            string text = RunProgress.Invariant($"{Math.Round(seconds, 6) + 0.0:0.###}");
            canvas.DrawText(text, at, y + 36, SKTextAlign.Center, font, ink);
        }

        string label = autopsy.First is null ? "seconds before the end" : "seconds from its last sign";
        canvas.DrawText(label, (x(from) + x(to)) / 2, y + 70, SKTextAlign.Center, font, ink);
    }

    private static void DrawLegend(SKCanvas canvas, WorkerTrace[] shown, float y, SKFont font)
    {
        var known = shown.SelectMany(w => w.Entries).Where(e => e.Kind == FlightKind.Phase).Select(WorkerTrace.PhaseOf).ToHashSet();
        List<(string Name, SKColor Colour)> keys = [.. Phases.Where(p => known.Contains(p.Name))];
        if (known.Any(name => Phases.All(p => p.Name != name)))
            keys.Add(("other", Other));
        using var ink = new SKPaint { Color = Ink, IsAntialias = true };
        float x = Margin;
        foreach (var (name, colour) in keys)
        {
            using var paint = new SKPaint { Color = colour };
            canvas.DrawRect(x, y, 22, 22, paint);
            canvas.DrawText(name, x + 30, y + 20, SKTextAlign.Left, font, ink);
            x += 30 + font.MeasureText(name) + 26;
        }

        canvas.DrawRect(Margin, y + 48, 60, 3, ink);
        canvas.DrawText("line at a bar's foot: waiting for others", Margin + 72, y + 58, SKTextAlign.Left, font, ink);
    }

    /// <summary>From some steps before the last sign of the worker that was first to the end of all waits for it.</summary>
    private static (long From, long To) Window(Autopsy autopsy, WorkerTrace[] shown)
    {
        var middle = autopsy.First ?? shown[0];
        long zero = middle.LastSign;
        var steps = middle
            .Entries.Where(e => e.Kind == FlightKind.Phase)
            .GroupBy(e => e.Step)
            .Select(g => g.Min(e => e.Begun))
            .Order()
            .ToList();
        long least = (long)(LeastSeconds * TimeSpan.TicksPerSecond);
        long from = Math.Min(zero - least, steps.Count > StepsBefore ? steps[^(int)(StepsBefore + 1)] : steps.DefaultIfEmpty(zero).First());
        long last = Math.Max(zero, shown.SelectMany(w => w.Entries).Where(e => e.Kind != FlightKind.End || e.Ended > 0).Max(e => e.Last));
        return (from, from + (long)((last - from) * Behind));
    }

    private static double TickOf(double least)
    {
        double power = Math.Pow(10, Math.Floor(Math.Log10(least)));
        return ((double[])[1, 2, 5, 10]).First(f => f * power >= least * 0.999) * power;
    }

    private static SKColor ColourOf(string phase) =>
        Phases.FirstOrDefault(p => p.Name == phase) is { Name: not null } known ? known.Colour : Other;
}
