using Deployment.Tests.Kubernetes.Crds;
using k8s;
using k8s.Models;

namespace Deployment.Tests.Kubernetes;

public sealed class JobSetTests
{
    [Fact]
    public async Task JobSet_Jobs_AreThoseOfThePlainOverlayUnderTheirNewNames()
    {
        var (plain, set) = (await Manifests.OfAsync(new("cpu")), await Manifests.OfAsync(new("cpu", "jobset")));
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

    [Theory]
    [InlineData("jobset")]
    [InlineData("kueue")]
    [InlineData("trainer")]
    public async Task JobSet_Policies_EndWithTheCoordinatorAndDoNotRepeatWhatCannotPass(string engine)
    {
        var spec = (await Manifests.OfAsync(new("cpu", engine))).Set;
        Assert.NotNull(spec);
        Assert.Equal(["coordinator"], spec.SuccessPolicy.TargetReplicatedJobs);
        var rule = Assert.Single(spec.FailurePolicy.Rules);
        Assert.Equal(("FailJobSet", "PodFailurePolicy"), (rule.Action, Assert.Single(rule.OnJobFailureReasons)));
        Assert.Equal(3, spec.FailurePolicy.MaxRestarts);
    }

    [Theory]
    [InlineData("cpu", "kueue")]
    [InlineData("2x2", "gpu kueue")]
    public async Task Kueue_Queue_AdmitsTheWholeRunAtOnce(string overlay, string components)
    {
        var manifests = await Manifests.OfAsync(new(overlay, components));
        var set = Assert.Single(manifests.Of<JobSet>());
        Assert.True(set.Spec.Suspend);
        var queue = manifests.One<LocalQueue>(set.Metadata.Labels["kueue.x-k8s.io/queue-name"]);
        var group = Assert.Single(manifests.One<ClusterQueue>(queue.Spec.ClusterQueue).Spec.ResourceGroups);
        var flavor = Assert.Single(group.Flavors);
        manifests.One<ResourceFlavor>(flavor.Name);
        Assert.All(group.CoveredResources, resource =>
        {
            decimal asked = new[] { manifests.Coordinator, manifests.Worker }.Sum(w =>
                (AskedBy(w).GetValueOrDefault(resource)?.ToDecimal() ?? 0) * (w.Spec.Parallelism ?? 0)
            );
            Assert.InRange(asked, 0, Assert.Single(flavor.Resources, r => r.Name == resource).NominalQuota.ToDecimal());
        });
        // what a pod asks for and the queue does not cover keeps it out for ever
        Assert.All(new[] { manifests.Coordinator, manifests.Worker }, w =>
            Assert.Subset(group.CoveredResources.ToHashSet(), AskedBy(w).Keys.ToHashSet())
        );
    }

    [Fact]
    public async Task Gang_Group_IsThatOfAllWorkers()
    {
        var manifests = await Manifests.OfAsync(new("2x2", "gang"));
        var group = manifests.One<V1beta1PodGroup>(manifests.Worker.Pod.SchedulingGroup.PodGroupName).Spec;
        var template = Assert.Single(manifests.One<V1beta1Workload>(group.WorkloadRef.WorkloadName).Spec.PodGroupTemplates, t =>
            t.Name == group.WorkloadRef.TemplateName
        );
        Assert.Equal(manifests.Worker.Spec.Parallelism, group.SchedulingPolicy.Gang.MinCount);
        Assert.Equal(manifests.Worker.Spec.Parallelism, template.SchedulingPolicy.Gang.MinCount);
        Assert.Null(manifests.Coordinator.Pod.SchedulingGroup); // a worker's node may have no room for it
    }

    [Fact]
    public async Task Trainer_Nodes_AreTheWorkers()
    {
        var manifests = await Manifests.OfAsync(new("2x2", "trainer"));
        var runtime = Assert.Single(manifests.Of<ClusterTrainingRuntime>()).Spec;
        Assert.Equal(manifests.Worker.Spec.Parallelism, runtime.MlPolicy.NumNodes);
        // what Trainer's webhook asks of the job that TrainJob's spec.trainer is about
        var step = Assert.Single(runtime.Template.Spec.ReplicatedJobs, j => j.Template.Metadata?.Labels.Count > 0);
        Assert.Equal("trainer", step.Template.Metadata.Labels["trainer.kubeflow.org/trainjob-ancestor-step"]);
        Assert.Equal((1, "node"), (step.Replicas, Assert.Single(step.Template.Spec.Template.Spec.Containers).Name));
    }

    // a limit is a request too where none is given
    private static Dictionary<string, ResourceQuantity> AskedBy(Workload workload) =>
        new[] { workload.Container.Resources.Limits, workload.Container.Resources.Requests }
            .SelectMany(resources => resources)
            .GroupBy(r => r.Key)
            .ToDictionary(r => r.Key, r => r.Last().Value);
}
