using System.Text.Json;
using System.Xml.Linq;
using AlexNet.Testing;
using Deployment.Tests.Compose;

namespace Deployment.Tests.Images;

public sealed class ReleaseWorkflowTests(ITestOutputHelper log)
{
    private const long PackageLimit = 250_000_000; // of the public gallery, in bytes

    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(10);
    private static readonly ReleaseWorkflow Workflow = new();

    [Fact]
    public void Images_Targets_AreTheDockerfilesAndTheirNamesThoseOfComposeAndKubernetes()
    {
        string[] targets = ["coordinator", "worker-cpu", "worker-cuda"];
        Assert.Equal(targets, Workflow.Images.Select(i => i.Target));
        Assert.All(targets, target => Assert.Contains(target, Dockerfile.Read().Stages.Select(s => s.Name)));
        string[] composed =
        [
            .. ComposeFile.Read().Services.Values.Where(s => s.Build is not null).Select(s => s.Image.Split(':')[0]).Distinct(),
        ];
        Assert.Equal(composed, Workflow.Images.Select(i => i.Image).Distinct());
        Assert.All(["images", "tool"], job => Assert.Equal("test", Workflow.Needs(job)));
    }

    [Fact]
    public void Tool_Package_IsTheOneThatTheProjectMakes()
    {
        string project = XDocument.Load(Checkout.PathOf("src/AlexNet.Cli/AlexNet.Cli.csproj")).Descendants("PackageId").Single().Value;
        Assert.Contains($"dotnet tool install {project} ", Workflow.Commands("tool", "Install and try"), StringComparison.Ordinal);
    }

    [Fact]
    public async Task Tool_PackedAndInstalledAsReleased_ListsRecipesAndTrains()
    {
        LongTests.Require();
        using var folder = new TemporaryFolder();
        KeyValuePair<string, string?>[] environment = [new("GITHUB_REF_NAME", "v0.0.1-test"), new("ALEXNET_LONG_TESTS", null)];
        // the package is written to a folder of the test's, everything else is as released
        string pack = Workflow
            .Commands("tool", "Pack")
            .Replace("--output packages", $"--output {folder["packages"]}", StringComparison.Ordinal);
        await using (var shell = ProgramProcess.Start("bash", ["-euo", "pipefail", "-c", pack], environment, Checkout.Root))
            await shell.SucceedAsync(Deadline);
        var package = new FileInfo(Assert.Single(Directory.GetFiles(folder["packages"])));
        log.WriteLine($"{package.Name}: {package.Length >> 20} MiB");
        Assert.InRange(package.Length, 1, PackageLimit);

        await using (
            var shell = ProgramProcess.Start(
                "bash",
                ["-euo", "pipefail", "-c", Workflow.Commands("tool", "Install and try")],
                environment,
                folder.Path
            )
        )
        {
            await shell.SucceedAsync(Deadline);
            Assert.Contains(shell.Output, line => line.Contains("imagenet-2012", StringComparison.Ordinal));
        }
        await using var alexnet = ProgramProcess.Start(
            folder["tool/alexnet"],
            [
                "train",
                "--run-dir",
                folder["run"],
                "--steps",
                "3",
                "--set",
                "data.generated.train=256",
                "--set",
                "data.generated.test=64",
                "--output",
                "json",
                "--threads",
                "1",
            ],
            environment,
            folder.Path
        );
        await alexnet.SucceedAsync(Deadline);
        Assert.Equal("finished", JsonElement.Parse(alexnet.Output[^1]).GetProperty("event").GetString());
    }
}
