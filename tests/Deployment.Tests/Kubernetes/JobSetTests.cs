using Deployment.Tests.Kubernetes.Crds;
using k8s;
using k8s.Models;

namespace Deployment.Tests.Kubernetes;

public sealed class JobSetTests
{
    [Fact]
    public async Task JobSet_Jobs_AreThoseOfThePlainOverlayUnderTheirNewNames()
    {
        var (plain, set) = (await Manifests.OfAsync("overlays/cpu"), await Manifests.OfAsync("overlays/jobset"));
        Assert.Empty(set.Of<V1Job>());
        Assert.Equal(KubernetesYaml.Serialize(plain.Coordinator.Spec), KubernetesYaml.Serialize(set.Coordinator.Spec));
        Assert.Equal(
            KubernetesYaml
                .Serialize(plain.Worker.Spec)
                .Replace(".alexnet-workers", ".alexnet", StringComparison.Ordinal)
                .Replace("alexnet-worker-$", "alexnet-worker-0-$", StringComparison.Ordinal),
            KubernetesYaml.Serialize(set.Worker.Spec)
        );
    }

    [Fact]
    public async Task JobSet_Policies_EndWithTheCoordinatorAndDoNotRepeatWhatCannotPass()
    {
        var spec = Assert.Single((await Manifests.OfAsync("overlays/jobset")).Of<JobSet>()).Spec;
        Assert.Equal(["coordinator"], spec.SuccessPolicy.TargetReplicatedJobs);
        var rule = Assert.Single(spec.FailurePolicy.Rules);
        Assert.Equal(("FailJobSet", "PodFailurePolicy"), (rule.Action, Assert.Single(rule.OnJobFailureReasons)));
        Assert.Equal(3, spec.FailurePolicy.MaxRestarts);
    }

    [Fact]
    public async Task Kueue_Queue_AdmitsTheWholeRunAtOnce()
    {
        var manifests = await Manifests.OfAsync("overlays/kueue");
        var set = Assert.Single(manifests.Of<JobSet>());
        Assert.True(set.Spec.Suspend);
        var queue = manifests.One<LocalQueue>(set.Metadata.Labels["kueue.x-k8s.io/queue-name"]);
        var group = Assert.Single(manifests.One<ClusterQueue>(queue.Spec.ClusterQueue).Spec.ResourceGroups);
        var flavor = Assert.Single(group.Flavors);
        manifests.One<ResourceFlavor>(flavor.Name);
        Assert.All(group.CoveredResources, resource =>
        {
            decimal asked = new[] { manifests.Coordinator, manifests.Worker }.Sum(w =>
                w.Container.Resources.Requests[resource].ToDecimal() * (w.Spec.Parallelism ?? 0)
            );
            Assert.InRange(asked, 0, Assert.Single(flavor.Resources, r => r.Name == resource).NominalQuota.ToDecimal());
        });
        // what a pod asks for and the queue does not cover keeps it out for ever
        Assert.All(new[] { manifests.Coordinator, manifests.Worker }, w =>
            Assert.Subset(group.CoveredResources.ToHashSet(), w.Container.Resources.Requests.Keys.ToHashSet())
        );
    }
}
