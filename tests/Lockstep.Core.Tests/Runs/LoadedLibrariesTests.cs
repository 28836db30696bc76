using Lockstep.Core.Runs;

namespace Lockstep.Core.Tests.Runs;

public class LoadedLibrariesTests
{
    [Fact]
    public void Named_ALibraryOfEveryDotnetProcess_IsItsPathOnce()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "only Linux lists what a process has mapped.");

        string path = Assert.Single(LoadedLibraries.Named("libcoreclr"));

        Assert.True(File.Exists(path), path);
    }

    [Fact]
    public void Named_ALibraryThatIsNotLoaded_IsNone() => Assert.Empty(LoadedLibraries.Named("libnobody-has-this"));
}
