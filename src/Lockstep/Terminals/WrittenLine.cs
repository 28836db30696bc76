using Spectre.Console;
using Spectre.Console.Rendering;

namespace Lockstep.Terminals;

/// <summary>Text that stays where a view redrew itself: what that left at the end of each line is erased.</summary>
internal sealed class WrittenLine(string text) : IRenderable
{
    private const string EraseToTheEnd = "\u001b[K";

    private readonly IRenderable _text = new Text(text);

    public Measurement Measure(RenderOptions options, int maxWidth) => _text.Measure(options, maxWidth);

    public IEnumerable<Segment> Render(RenderOptions options, int maxWidth) =>
        Segment
            .SplitLines(_text.Render(options, maxWidth))
            .SelectMany(line => line.Append(options.Ansi ? Segment.Control(EraseToTheEnd) : Segment.Empty).Append(Segment.LineBreak));
}
