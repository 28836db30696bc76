using Lockstep.Core.Texts;
using Spectre.Console.Rendering;

namespace Lockstep.Terminals;

/// <summary>Makes whatever is drawn as text visible text; what moves the cursor passes.</summary>
internal sealed class VisibleSegments : IRenderHook
{
    public IEnumerable<IRenderable> Process(RenderOptions options, IEnumerable<IRenderable> renderables) =>
        renderables.Select(r => new Visible(r));

    private sealed class Visible(IRenderable inner) : IRenderable
    {
        public Measurement Measure(RenderOptions options, int maxWidth) => inner.Measure(options, maxWidth);

        public IEnumerable<Segment> Render(RenderOptions options, int maxWidth) =>
            inner
                .Render(options, maxWidth)
                .Select(s => s.IsControlCode || s.IsLineBreak ? s : new Segment(VisibleText.Of(s.Text), s.Style));
    }
}
