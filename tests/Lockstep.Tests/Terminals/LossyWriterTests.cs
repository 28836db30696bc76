using Lockstep.Terminals;

namespace Lockstep.Tests.Terminals;

public class LossyWriterTests
{
    [Fact]
    public void Write_DiskThatIsFull_LosesLinesAndThrowsNothing()
    {
        Assert.SkipUnless(File.Exists("/dev/full"), "needs /dev/full");
        using var full = new StreamWriter(new FileStream("/dev/full", FileMode.Open, FileAccess.Write, FileShare.ReadWrite, bufferSize: 0))
        {
            AutoFlush = true,
        };
        var writer = new LossyWriter(full);
        writer.Write('a');
        writer.WriteLine("a line");
        writer.WriteLine(42);
        writer.Flush();
        Assert.Throws<IOException>(() => full.WriteLine("a line")); // and the disk was full
    }

    [Fact]
    public void Write_DiskThatHasRoom_WritesAll()
    {
        var text = new StringWriter();
        var writer = new LossyWriter(text);
        writer.Write('a');
        writer.Write("bc");
        writer.WriteLine("d");
        Assert.Equal("abcd" + Environment.NewLine, text.ToString());
    }
}
