using AlexNet.Testing;
using Lockstep.Core.Errors;

namespace Lockstep.Hosting.Tests;

public class ProgramExitTests
{
    [Fact]
    public async Task MessageOf_BareTextOfTheRuntime_IsPutIntoASentence()
    {
        await using var silent = ProgramProcess.Start("sleep", ["60"]);
        var ours = await Assert.ThrowsAsync<TimeoutException>(() =>
            silent.WaitForLineAsync(_ => true, "a line", TimeSpan.FromMilliseconds(1))
        );
        Assert.StartsWith(
            "Something that this program waited for did not come in time",
            ProgramExit.MessageOf(new TimeoutException()),
            StringComparison.Ordinal
        );
        Assert.Contains("a fault of this program", ProgramExit.MessageOf(new NullReferenceException()), StringComparison.Ordinal);
        Assert.Equal("the disk is gone", ProgramExit.MessageOf(new BadInputException("the disk is gone")));
        Assert.Equal(ours.Message, ProgramExit.MessageOf(ours));
    }
}
