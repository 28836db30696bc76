namespace Lockstep.Hosting.Tests;

public class VisibleWriterTests
{
    [Fact]
    public void Write_InEveryWay_CommandsNothing()
    {
        using var text = new StringWriter();
        using var writer = new VisibleWriter(text);
        writer.Write("\u001b[2J");
        writer.Write('\u001b');
        writer.Write("\u001b[K".ToCharArray());
        writer.Write("\u001b[K".AsSpan());
        writer.Write("{0}\n", "\u001b");
        writer.WriteLine("\u009b\tend");
        writer.WriteLine((object)"\u001b");
        Assert.Equal("\\x1b[2J\\x1b\\x1b[K\\x1b[K\\x1b\n\\x9b\tend\n\\x1b\n", text.ToString());
    }
}
