using System.Text;
using System.Text.RegularExpressions;
using AlexNet.Recipes;
using AlexNet.Recipes.Pictures;
using AlexNet.Testing;
using k8s.Models;

namespace Deployment.Tests.Kubernetes;

/// <summary>What k8s/README.md tells a person to type does what the page says, as far as that can be seen without a cluster.</summary>
public sealed partial class ReadmeTests
{
    private const string Page = "k8s/README.md";

    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(1);

    [Fact]
    public async Task Example_IsARunThatTheProgramsAcceptAndThatHasItsData()
    {
        await Kustomize.RequireAsync();
        using var folder = new TemporaryFolder();
        Directory.CreateSymbolicLink(folder["k8s"], Checkout.PathOf("k8s"));
        Directory.CreateDirectory(folder["my-run"]);
        await File.WriteAllTextAsync(
            folder["my-run/kustomization.yaml"],
            ReadmeCommands.Of("Start", Page, "yaml"),
            TestContext.Current.CancellationToken
        );
        var manifests = Manifests.Parse(await Kustomize.BuildAsync(folder["my-run"]));
        var coordinator = manifests.Coordinator.CoordinatorOptions(manifests);
        Assert.Equal(coordinator.Topology.Workers, manifests.Worker.Spec.Completions);
        Assert.NotEqual(DataKind.Generated, Assert.IsType<Recipe>(coordinator.Recipe).Data.Kind);
        Assert.Contains(manifests.Worker.Container.VolumeMounts, m => m.MountPath == manifests.Worker.WorkerOptions(manifests, 0).Data);
        var images = manifests.Of<V1Job>().SelectMany(job => job.Spec.Template.Spec.Containers).Select(c => c.Image);
        Assert.All(images, image => Assert.StartsWith("registry.example/me/", image, StringComparison.Ordinal));
    }

    [Fact]
    public async Task Secrets_HaveTheFilesThatThePodsRead()
    {
        var manifests = await Manifests.OfAsync(new("cpu"));
        using var folder = new TemporaryFolder();
        string[] commands = ReadmeCommands.Of("Start", Page).Split('\n', StringSplitOptions.RemoveEmptyEntries);
        var script = new StringBuilder("set -eu\n");
        foreach (string command in commands.Where(c => c.Contains("secret", StringComparison.Ordinal)))
        {
            bool isKubectl = command.StartsWith("kubectl", StringComparison.Ordinal);
            script.Append(command).Append(isKubectl ? " --dry-run=client --output=yaml; echo ---\n" : "\n");
        }
        await using var bash = ProgramProcess.Start("bash", ["-c", $"{script}"], directory: folder.Path);
        await bash.SucceedAsync(Deadline);
        var secrets = Manifests.Parse(string.Join('\n', bash.Output.SkipLast(1)));
        foreach (var workload in new[] { manifests.Coordinator, manifests.Worker })
        {
            var read = workload
                .Variables(manifests, 0)
                .Where(v => v.Key.EndsWith("_FILE", StringComparison.Ordinal))
                .Select(v => v.Value.Replace("/secrets/", "", StringComparison.Ordinal));
            var data = secrets.One<V1Secret>(workload.SecretAt("/secrets")).Data;
            Assert.Equal(read.Order(StringComparer.Ordinal), data.Keys.Order(StringComparer.Ordinal));
        }
        Assert.Equal(
            secrets.One<V1Secret>("alexnet-token-coordinator").Data["token"],
            secrets.One<V1Secret>("alexnet-token-worker").Data["token"]
        );
    }

    [Fact]
    public void Commands_AreRunByTheseTestsOrNamedAsNotRun()
    {
        string page = File.ReadAllText(Checkout.PathOf(Page));
        string notRun = page[page.IndexOf("they do not run", StringComparison.Ordinal)..].Split('.')[0];
        var verbs = KubectlVerb().Matches(page).Select(m => m.Groups["verb"].Value).Distinct().ToList();
        Assert.Equal(["apply", "create", "delete", "drain", "logs", "patch", "port-forward", "taint"], verbs.Order(StringComparer.Ordinal));
        Assert.All(verbs.Except(["create"]), verb => Assert.Matches($"[` ]{verb}`", notRun));
        Assert.All(FileArgument().Matches(page).Select(m => m.Groups["file"].Value), file =>
            Assert.True(File.Exists(Checkout.PathOf(file)))
        );
    }

    [GeneratedRegex(@"(?m)(?:^|`)kubectl (?:--namespace \S+ )?(?<verb>[a-z-]+)")]
    private static partial Regex KubectlVerb();

    [GeneratedRegex(@"--filename (?<file>\S+)")]
    private static partial Regex FileArgument();
}
