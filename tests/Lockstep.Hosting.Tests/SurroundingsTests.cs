namespace Lockstep.Hosting.Tests;

public class SurroundingsTests
{
    [Fact]
    public void FilesProblem_ManyWorkers_RequiresMore()
    {
        const string table =
            "Limit                     Soft Limit           Hard Limit           Units\nMax open files            1024                 "
            + "4096                 files\n";
        Assert.Equal(1024, Surroundings.ParseLimit(table));
        Assert.Null(Surroundings.FilesProblem(1024, workers: 64));
        Assert.Contains(
            "may open 1,023 files at once here (ulimit -Hn); 1024 or more are required for 64 workers",
            Surroundings.FilesProblem(1023, workers: 64),
            StringComparison.Ordinal
        );
        Assert.Contains("for 65 workers", Surroundings.FilesProblem(1024, workers: 65), StringComparison.Ordinal);
        Assert.Null(Surroundings.FilesProblem(null, workers: 65)); // unlimited
    }
}
