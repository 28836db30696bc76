using AlexNet.Testing;
using k8s.Models;

namespace Deployment.Tests.Kubernetes;

/// <summary>What the guard's container does, with kubectl and sh, in front of Jobs that fail and complete.</summary>
public sealed class GuardTests
{
    private const string Coordinator = "alexnet-coordinator",
        Worker = "alexnet-worker";

    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(1);

    [Theory]
    [InlineData(Coordinator, Worker)]
    [InlineData(Worker, Coordinator)]
    public async Task Guard_AJobThatHasFailedForGood_SuspendsTheOther(string failed, string other)
    {
        await using var api = new JobsApi(Coordinator, Worker);
        using var home = new TemporaryFolder();
        await using var guard = await StartAsync(api, home);
        await api.Watched.WaitAsync(Deadline, TestContext.Current.CancellationToken);
        api.Set(failed, "FailureTarget", "Failed");
        await guard.SucceedAsync(Deadline);
        Assert.Equal(
            (other, """{"spec":{"suspend":true}}"""),
            await api.Patched.WaitAsync(Deadline, TestContext.Current.CancellationToken)
        );
        Assert.Contains($"The Job {failed} has failed for good; {other} is suspended, and its pods end.", guard.Output);
    }

    [Fact]
    public async Task Guard_AJobThatFailedBeforeItCame_SuspendsTheOther()
    {
        await using var api = new JobsApi(Coordinator, Worker);
        api.Set(Worker, "Failed");
        using var home = new TemporaryFolder();
        await using var guard = await StartAsync(api, home);
        await guard.SucceedAsync(Deadline);
        Assert.Equal(Coordinator, (await api.Patched.WaitAsync(Deadline, TestContext.Current.CancellationToken)).Job);
    }

    [Fact]
    public async Task Guard_ARunThatIsDone_EndsAndSuspendsNothing()
    {
        await using var api = new JobsApi(Coordinator, Worker);
        using var home = new TemporaryFolder();
        await using var guard = await StartAsync(api, home);
        await api.Watched.WaitAsync(Deadline, TestContext.Current.CancellationToken);
        api.Set(Coordinator, "SuccessCriteriaMet", "Complete");
        await guard.SucceedAsync(Deadline);
        Assert.False(api.Patched.IsCompleted);
    }

    [Fact]
    public async Task Guard_Account_MayDoWhatItsContainerDoes()
    {
        var manifests = await Manifests.OfAsync(new("cpu", "guard"));
        var pod = manifests.One<V1Job>("alexnet-guard").Spec.Template.Spec;
        var binding = manifests.One<V1RoleBinding>("alexnet-guard");
        Assert.Equal(pod.ServiceAccountName, Assert.Single(binding.Subjects).Name);
        var rules = manifests.One<V1Role>(binding.RoleRef.Name).Rules;
        Assert.All(rules, rule => Assert.Equal(["batch/jobs"], [$"{Assert.Single(rule.ApiGroups)}/{Assert.Single(rule.Resources)}"]));
        Assert.Equal(["get", "list", "patch", "watch"], rules.SelectMany(rule => rule.Verbs).Order(StringComparer.Ordinal));
        Assert.Equal([Coordinator, Worker], rules.Single(rule => rule.Verbs.Contains("patch")).ResourceNames);
        // the guard watches the two Jobs and not itself
        const string label = "app.kubernetes.io/part-of";
        Assert.Equal(
            [Coordinator, Worker],
            manifests.Of<V1Job>().Where(j => j.Metadata.Labels?.ContainsKey(label) == true).Select(j => j.Metadata.Name).Order()
        );
    }

    private static async Task<ProgramProcess> StartAsync(JobsApi api, TemporaryFolder home)
    {
        var manifests = await Manifests.OfAsync(new("cpu", "guard"));
        var container = Assert.Single(manifests.One<V1Job>("alexnet-guard").Spec.Template.Spec.Containers);
        await File.WriteAllTextAsync(
            home["config"], // a pod's kubectl finds server and namespace by itself
            $"""
            apiVersion: v1
            kind: Config
            current-context: test
            contexts:
              - name: test
                context:
                  cluster: test
                  namespace: alexnet
            clusters:
              - name: test
                cluster:
                  server: {api.Url}
            """
        );
        return ProgramProcess.Start(
            container.Command[0],
            [.. container.Command.Skip(1), .. container.Args],
            [new("HOME", home.Path), new("KUBECONFIG", home["config"])]
        );
    }
}
