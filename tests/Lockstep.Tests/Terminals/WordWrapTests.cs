using Lockstep.Terminals;

namespace Lockstep.Tests.Terminals;

public class WordWrapTests
{
    [Theory]
    [InlineData("short", "short")]
    [InlineData("one two three four five six", "one two three\nfour five six")]
    [InlineData("  one two three four", "  one two three\n  four")]
    [InlineData("first\nsecond line is long enough", "first\nsecond line is\nlong enough")]
    [InlineData("a-word-longer-than-a-line here", "a-word-longer-than-a-line\nhere")]
    [InlineData("Continue it: alexnet resume runs/x", "Continue it: alexnet resume runs/x")]
    public void Of_ALine_EndsBetweenWords(string text, string wrapped) => Assert.Equal(wrapped, WordWrap.Of(text, 16));

    [Fact]
    public void WriteLine_ALongLine_IsWrappedAndLosesNoWord()
    {
        using var written = new StringWriter { NewLine = "\n" };
        using (var writer = new WordWrapWriter(written, () => 20))
            writer.WriteLine("Every word of this sentence is still there.");
        Assert.Equal("Every word of this\nsentence is still\nthere.\n", written.ToString());
    }
}
