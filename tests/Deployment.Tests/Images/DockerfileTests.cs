using AlexNet.Testing;
using Lockstep.Native;

namespace Deployment.Tests.Images;

public sealed class DockerfileTests
{
    private static readonly Dockerfile Dockerfile = Dockerfile.Read();

    public static TheoryData<string> Targets => ["coordinator", "worker-cpu", "worker-cuda"];

    private static IReadOnlySet<string> Known(string target) =>
        target == "coordinator" ? KnownVariables.OfCoordinator : KnownVariables.OfWorker;

    [Fact]
    public void Copy_EveryPath_ExistsAndIsNotIgnored()
    {
        string[] allowed = [.. File.ReadAllLines(Checkout.PathOf(".dockerignore")).Where(l => l.StartsWith('!')).Select(l => l[1..])];
        Assert.All(Dockerfile.Stages.SelectMany(s => s.CopiedPaths), path =>
        {
            Assert.True(Path.Exists(Checkout.PathOf(path)), path);
            Assert.Contains(path, allowed);
        });
    }

    [Fact]
    public void Copy_FromAStage_NamesAStageThatWritesThere()
    {
        foreach (
            string copy in Dockerfile.Stages.SelectMany(s => s.All("COPY")).Where(c => c.Contains("--from=", StringComparison.Ordinal))
        )
        {
            string[] words = copy.Split(' ');
            var stage = Dockerfile[words[0]["--from=".Length..]];
            string folder = Assert.Single(Dockerfile.All(stage.Name, "WORKDIR")) + "/";
            Assert.StartsWith(folder, words[1], StringComparison.Ordinal);
            Assert.Contains("--output " + words[1][folder.Length..], Assert.Single(stage.Commands), StringComparison.Ordinal);
        }
    }

    [Theory]
    [MemberData(nameof(Targets))]
    public void Target_EveryVariable_IsKnownToTheProgram(string target) =>
        Assert.All(Dockerfile.EnvironmentOf(target).Keys.Where(v => v.StartsWith("ALEXNET_", StringComparison.Ordinal)), variable =>
            Assert.Contains(variable, Known(target))
        );

    [Theory]
    [MemberData(nameof(Targets))]
    public void Target_PortsAndHealthCheck_AreThoseThatItListensOn(string target)
    {
        var environment = Dockerfile.EnvironmentOf(target);
        string[] exposed = Assert.Single(Dockerfile.All(target, "EXPOSE")).Split(' ');
        Assert.Equal(
            [$"0.0.0.0:{exposed[0]}", $"0.0.0.0:{exposed[1]}"],
            [environment["ALEXNET_LISTEN"], environment["ALEXNET_HTTP_LISTEN"]]
        );
        Assert.EndsWith(
            $"""CMD ["healthcheck", "{exposed[1]}"]""",
            Assert.Single(Dockerfile.All(target, "HEALTHCHECK")),
            StringComparison.Ordinal
        );
    }

    [Theory]
    [MemberData(nameof(Targets))]
    public void Target_Base_IsTheRuntimeWithoutTheSdk(string target) =>
        Assert.Matches(@"^mcr\.microsoft\.com/dotnet/aspnet:10\.\d+-noble$", Dockerfile.BaseOf(target));

    [Theory]
    [MemberData(nameof(Targets))]
    public void Target_Program_IsStartedWithoutAShellSoThatItGetsTheSignal(string target)
    {
        string project = target == "coordinator" ? "AlexNet.Coordinator" : "AlexNet.Worker";
        Assert.Equal($"""["dotnet", "{project}.dll"]""", Assert.Single(Dockerfile.All(target, "ENTRYPOINT")));
        Assert.Contains($"publish src/{project} ", Assert.Single(Dockerfile["build-" + target].Commands), StringComparison.Ordinal);
        Assert.Equal("SIGTERM", Assert.Single(Dockerfile.All(target, "STOPSIGNAL")));
    }

    [Theory]
    [InlineData("worker-cpu")]
    [InlineData("worker-cuda")]
    public void Worker_Packages_HaveTheFastJpegDecoderAndLeaveNoLists(string target)
    {
        string command = Assert.Single(Dockerfile.All(target, "RUN"), c => c.Contains("apt-get", StringComparison.Ordinal));
        Assert.Contains(" libturbojpeg ", command, StringComparison.Ordinal); // Ubuntu's name; Debian has libturbojpeg0
        Assert.Contains("--no-install-recommends", command, StringComparison.Ordinal);
        Assert.Contains("rm -rf /var/lib/apt/lists/*", command, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Targets))]
    public void Target_User_IsNotRoot(string target) => Assert.Equal("$APP_UID", Dockerfile.All(target, "USER").Last());

    [Theory]
    [InlineData("worker-cpu")]
    [InlineData("worker-cuda")]
    public void Worker_Allocator_HasTheProgramsSettings(string target) =>
        Assert.Equal(AllocatorSettings.Value, Dockerfile.EnvironmentOf(target)[AllocatorSettings.Variable]);
}
