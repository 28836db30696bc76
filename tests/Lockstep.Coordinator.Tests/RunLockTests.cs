using Lockstep.Core.Errors;
using Lockstep.Hosting;

namespace Lockstep.Coordinator.Tests;

public sealed class RunLockTests : IDisposable
{
    private readonly RunDirectory _run = new();

    [Fact]
    public void Take_ADirectoryThatCannotBeWritten_IsRefusedWithWhatToDo()
    {
        string refusal = Assert.Throws<BadInputException>(() => RunLock.Take("/sys/kernel")).Message; // takes no file, not even of root
        Assert.Contains("'/sys/kernel' cannot be made or written", refusal, StringComparison.Ordinal);
    }

    [Fact]
    public void Take_ADirectoryThatCannotBeMade_IsRefusedWithWhatToDo()
    {
        string file = Path.Combine(Path.GetDirectoryName(_run.Path) ?? "", "file");
        File.WriteAllText(file, "");
        string refusal = Assert.Throws<BadInputException>(() => RunLock.Take(Path.Combine(file, "run"))).Message;
        Assert.Contains("cannot be made or written", refusal, StringComparison.Ordinal);
        Assert.Contains("ALEXNET_RUN_DIR", refusal, StringComparison.Ordinal);
    }

    [Fact]
    public void Take_WhileAnotherHoldsIt_IsRefusedAndCanBeTakenLater()
    {
        using (RunLock.Take(_run.Path))
        {
            string refusal = Assert.Throws<BadInputException>(() => RunLock.Take(_run.Path)).Message;
            Assert.Contains($"run directory '{_run.Path}' is in use", refusal, StringComparison.Ordinal);
            Assert.Contains("--run-dir", refusal, StringComparison.Ordinal);
        }
        RunLock.Take(_run.Path).Dispose();
    }

    [Fact]
    public async Task Take_FromOneThatIsEnding_WaitsForIt()
    {
        var ending = RunLock.Take(_run.Path);
        var next = Task.Run(() => RunLock.Take(_run.Path, TimeSpan.FromMinutes(1)));
        Assert.False(next.IsCompleted);
        ending.Dispose();
        (await next).Dispose();
    }

    [Fact]
    public void Take_File_IsForItsUserAlone()
    {
        Assert.SkipWhen(OperatingSystem.IsWindows(), "Windows has no modes of files");
        using var held = RunLock.Take(_run.Path);
        if (!OperatingSystem.IsWindows())
            Assert.Equal(UnixFileMode.UserRead | UnixFileMode.UserWrite, File.GetUnixFileMode(Path.Combine(_run.Path, RunLock.FileName)));
    }

    public void Dispose() => _run.Dispose();
}
