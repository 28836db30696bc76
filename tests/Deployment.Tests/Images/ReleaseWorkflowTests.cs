using System.Xml.Linq;
using AlexNet.Testing;
using Deployment.Tests.Compose;

namespace Deployment.Tests.Images;

public sealed class ReleaseWorkflowTests
{
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
}
