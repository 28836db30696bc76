using Lockstep.Core.Runs;

namespace Lockstep.Core.Tests.Runs;

public sealed class RunHintsTests
{
    [Theory]
    [InlineData("/tmp/runs/quickstart-1", "/tmp/runs/quickstart-1")]
    [InlineData("/tmp/my runs", "'/tmp/my runs'")]
    [InlineData("/tmp/it's $HOME", @"'/tmp/it'\''s $HOME'")]
    [InlineData("", "''")]
    public void Quote_AnyWord_IsWhatAShellReadsAsIt(string word, string expected) => Assert.Equal(expected, RunHints.Quote(word));
}
