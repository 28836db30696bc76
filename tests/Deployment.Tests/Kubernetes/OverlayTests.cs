using System.Globalization;
using AlexNet.Testing;
using Deployment.Tests.Kubernetes.Crds;
using k8s.Models;
using Lockstep.Core.Errors;
using Lockstep.Core.Topology;

namespace Deployment.Tests.Kubernetes;

/// <summary>What every overlay must hold to, as Kubernetes and as our programs understand it.</summary>
public sealed class OverlayTests
{
    private const int Killed = 137;
    private const int Farewell = 10; // seconds that the coordinator gives workers and connections to go, after its grace

    private static readonly string[] ClusterWide = ["Namespace", "ResourceFlavor", "ClusterQueue"];

    public static TheoryData<string> Overlays =>
        [.. Directory.GetDirectories(Checkout.PathOf("k8s/overlays")).Select(folder => "overlays/" + Path.GetFileName(folder))];

    [Theory]
    [MemberData(nameof(Overlays))]
    public async Task Overlay_EveryObject_IsInTheNamespaceThatItMakes(string overlay)
    {
        var manifests = await Manifests.OfAsync(overlay);
        string name = Assert.Single(manifests.Of<V1Namespace>()).Metadata.Name;
        Assert.All(manifests.All, o => Assert.Equal(ClusterWide.Contains(o.Kind) ? null : name, o.Metadata.NamespaceProperty));
    }

    [Theory]
    [MemberData(nameof(Overlays))]
    public async Task Overlay_Variables_AreSettingsThatTheProgramsAccept(string overlay)
    {
        var manifests = await Manifests.OfAsync(overlay);
        var coordinator = manifests.Coordinator.CoordinatorOptions(manifests);
        Assert.True(coordinator.ResumesAsNeeded, "a pod that comes after another must go on with its run");
        int workers = coordinator.Topology.Workers;
        Assert.Equal((workers, workers), (manifests.Worker.Spec.Completions, manifests.Worker.Spec.Parallelism));
        Assert.All(Enumerable.Range(0, workers).Select(index => manifests.Worker.WorkerOptions(manifests, index)), worker =>
        {
            Assert.Null(worker.RunDirectory); // no volume is shared
            Assert.Equal(coordinator.Tokens.Join, worker.Token);
        });
    }

    [Theory]
    [MemberData(nameof(Overlays))]
    public async Task Overlay_Worker_HasANameThatDnsKnowsAndReachesTheCoordinator(string overlay)
    {
        var manifests = await Manifests.OfAsync(overlay);
        var set = manifests.Of<JobSet>().SingleOrDefault(); // which makes the headless service itself
        for (int index = 0; index < manifests.Worker.Spec.Completions; index++)
        {
            var worker = manifests.Worker.WorkerOptions(manifests, index);
            Assert.Equal(manifests.Worker.NameOf(index), worker.AdvertisedHost);
            Assert.Equal($"worker-{index}", worker.WorkerId);
            if (set is null)
            {
                var names = manifests.One<V1Service>(worker.AdvertisedHost?.Split('.')[1] ?? "");
                Assert.Equal(("None", true), (names.Spec.ClusterIP, names.Spec.PublishNotReadyAddresses));
                Assert.True(Manifests.Selects(names.Spec.Selector, manifests.Worker));
            }
            Assert.Equal(5000, PortOf(manifests, manifests.Worker, worker.Endpoints.Grpc.Port));
            var service = manifests.One<V1Service>(worker.Coordinator.Host);
            Assert.True(Manifests.Selects(service.Spec.Selector, manifests.Coordinator));
            var port = Assert.Single(service.Spec.Ports, p => p.Port == worker.Coordinator.Port);
            var target = Assert.Single(manifests.Coordinator.Container.Ports, p => p.Name == port.TargetPort.Value);
            Assert.Equal(manifests.Coordinator.CoordinatorOptions(manifests).Endpoints.Grpc.Port, target.ContainerPort);
        }
        Assert.True(set is null || set.Spec.Network.PublishNotReadyAddresses == true);
    }

    [Theory]
    [MemberData(nameof(Overlays))]
    public async Task Overlay_PortsAndProbes_AreThoseOfTheProgram(string overlay)
    {
        var manifests = await Manifests.OfAsync(overlay);
        foreach (var workload in new[] { manifests.Coordinator, manifests.Worker })
        {
            var variables = workload.Variables(manifests, 0);
            Assert.Equal(
                variables["ALEXNET_LISTEN"],
                $"0.0.0.0:{Assert.Single(workload.Container.Ports, p => p.Name == "grpc").ContainerPort}"
            );
            Assert.Equal(
                variables["ALEXNET_HTTP_LISTEN"],
                $"0.0.0.0:{Assert.Single(workload.Container.Ports, p => p.Name == "http").ContainerPort}"
            );
            Assert.All(
                new[] { workload.Container.StartupProbe, workload.Container.ReadinessProbe, workload.Container.LivenessProbe },
                probe => Assert.Equal(("/health", "http"), (probe.HttpGet.Path, probe.HttpGet.Port.Value))
            );
        }
    }

    [Theory]
    [MemberData(nameof(Overlays))]
    public async Task Overlay_ExitCodes_TellPreemptionFromABug(string overlay)
    {
        var manifests = await Manifests.OfAsync(overlay);
        foreach (var workload in new[] { manifests.Coordinator, manifests.Worker })
        {
            Assert.Equal("Ignore", workload.ActionOn(ExitCodes.Interrupted));
            Assert.Equal("Count", workload.ActionOn(ExitCodes.Failed));
            Assert.Equal("Count", workload.ActionOn(Killed));
            Assert.Equal("FailJob", workload.ActionOn(ExitCodes.BadInput));
            Assert.Equal("FailJob", workload.ActionOn(ExitCodes.MemoryExhausted));
            Assert.Null(workload.ActionOn(ExitCodes.Done));
            var rules = workload.Spec.PodFailurePolicy.Rules.ToList();
            int preempted = rules.FindIndex(r => r.OnPodConditions?.Any(c => c is { Type: "DisruptionTarget", Status: "True" }) == true);
            Assert.Equal("Ignore", rules[preempted].Action);
            Assert.True(preempted < rules.FindIndex(r => r.Action == "Count"), "a preempted pod that was killed must not count");
            // what Kubernetes requires of a Job with such a policy
            Assert.Equal(("Never", "Failed"), (workload.Pod.RestartPolicy, workload.Spec.PodReplacementPolicy));
        }
        Assert.Equal((3, 0), (manifests.Worker.Spec.BackoffLimitPerIndex, manifests.Worker.Spec.MaxFailedIndexes));
    }

    [Theory]
    [MemberData(nameof(Overlays))]
    public async Task Overlay_GracePeriods_LeaveTimeToStopAndSave(string overlay)
    {
        var manifests = await Manifests.OfAsync(overlay);
        double needed = manifests.Coordinator.CoordinatorOptions(manifests).Grace.TotalSeconds + Farewell;
        Assert.All(new[] { manifests.Coordinator, manifests.Worker }, w =>
            Assert.InRange(w.Pod.TerminationGracePeriodSeconds ?? 0, needed, 2 * needed)
        );
    }

    [Theory]
    [MemberData(nameof(Overlays))]
    public async Task Overlay_Pods_AreAllowedNothingThatTheyDoNotNeed(string overlay)
    {
        var manifests = await Manifests.OfAsync(overlay);
        Assert.Equal("restricted", Assert.Single(manifests.Of<V1Namespace>()).Metadata.Labels["pod-security.kubernetes.io/enforce"]);
        foreach (var workload in new[] { manifests.Coordinator, manifests.Worker })
        {
            var (pod, container) = (workload.Pod.SecurityContext, workload.Container.SecurityContext);
            Assert.True(pod.RunAsNonRoot);
            Assert.Equal("RuntimeDefault", pod.SeccompProfile.Type);
            Assert.Equal((false, true), (container.AllowPrivilegeEscalation, container.ReadOnlyRootFilesystem));
            Assert.Equal(["ALL"], container.Capabilities.Drop);
            Assert.False(workload.Pod.AutomountServiceAccountToken);
            Assert.False(workload.Pod.EnableServiceLinks); // a service alexnet-x would set ALEXNET_X_PORT
            Assert.Contains("memory", workload.Container.Resources.Limits.Keys);
        }
    }

    [Theory]
    [MemberData(nameof(Overlays))]
    public async Task Overlay_Volumes_AreThereAndWritableWhereTheProgramsWrite(string overlay)
    {
        var manifests = await Manifests.OfAsync(overlay);
        foreach (var workload in new[] { manifests.Coordinator, manifests.Worker })
        {
            var volumes = workload.Pod.Volumes.ToDictionary(v => v.Name);
            Assert.Equal(
                volumes.Keys.Order(StringComparer.Ordinal),
                workload.Container.VolumeMounts.Select(m => m.Name).Order(StringComparer.Ordinal)
            );
            Assert.NotNull(volumes[MountOf(workload, "/tmp")].EmptyDir);
        }
        var shared = manifests.Worker.Pod.Volumes.Single(v => v.Name == MountOf(manifests.Worker, "/dev/shm")).EmptyDir;
        Assert.Equal("Memory", shared.Medium);
        Assert.True(
            shared.SizeLimit.ToDecimal() < manifests.Worker.Container.Resources.Limits["memory"].ToDecimal(),
            "what is in it counts as the container's memory"
        );

        var claim = manifests.Coordinator.Pod.Volumes.Single(v => v.Name == MountOf(manifests.Coordinator, "/runs")).PersistentVolumeClaim;
        Assert.Equal(["ReadWriteOnce"], manifests.One<V1PersistentVolumeClaim>(claim.ClaimName).Spec.AccessModes);
        Assert.StartsWith("/runs/", manifests.Coordinator.CoordinatorOptions(manifests).RunDirectory, StringComparison.Ordinal);
    }

    [Theory]
    [MemberData(nameof(Overlays))]
    public async Task Overlay_NetworkPolicies_LetInOnlyWhoIsNeeded(string overlay)
    {
        var manifests = await Manifests.OfAsync(overlay);
        var (coordinator, worker) = (manifests.Coordinator, manifests.Worker);
        foreach (var workload in new[] { coordinator, worker })
        {
            var policy = Assert.Single(manifests.Of<V1NetworkPolicy>(), p => Manifests.Selects(p.Spec.PodSelector.MatchLabels, workload));
            Assert.Equal(["Ingress", "Egress"], policy.Spec.PolicyTypes);
            Assert.Equal(["grpc", "http"], policy.Spec.Ingress.Select(rule => Assert.Single(rule.Ports).Port.Value));
            var peers = Assert.Single(policy.Spec.Ingress[0].FromProperty).PodSelector.MatchLabels;
            Assert.Equal((true, false), (Manifests.Selects(peers, worker), Manifests.Selects(peers, coordinator)));
            Assert.Null(Assert.Single(policy.Spec.Ingress[1].FromProperty).PodSelector);
        }
        var egress = manifests.Of<V1NetworkPolicy>().Single(p => Manifests.Selects(p.Spec.PodSelector.MatchLabels, worker)).Spec.Egress;
        Assert.Contains(egress, rule =>
            rule.Ports.Any(p => p.Port.Value == "grpc")
            && rule.To.Any(to =>
                to.PodSelector is { } all && Manifests.Selects(all.MatchLabels, worker) && Manifests.Selects(all.MatchLabels, coordinator)
            )
        );
        Assert.Contains(egress, rule => rule.Ports.Any(p => p.Port.Value == "53" && p.Protocol == "UDP"));
    }

    [Theory]
    [MemberData(nameof(Overlays))]
    public async Task Overlay_DisruptionBudget_LetsOneWorkerGoAtATime(string overlay)
    {
        var manifests = await Manifests.OfAsync(overlay);
        var budget = Assert.Single(manifests.Of<V1PodDisruptionBudget>());
        Assert.True(Manifests.Selects(budget.Spec.Selector.MatchLabels, manifests.Worker));
        Assert.False(Manifests.Selects(budget.Spec.Selector.MatchLabels, manifests.Coordinator));
        // a Job has no scale, so Kubernetes takes a number and no maxUnavailable
        Assert.Equal((manifests.Worker.Spec.Completions - 1)?.ToString(CultureInfo.InvariantCulture), budget.Spec.MinAvailable.Value);
    }

    [Fact]
    public async Task Gpu_Worker_HasOneGpuAndUsesIt()
    {
        var manifests = await Manifests.OfAsync("overlays/gpu");
        Assert.Equal(1, manifests.Worker.Container.Resources.Limits["nvidia.com/gpu"].ToInt32());
        Assert.Equal("cuda", manifests.Worker.WorkerOptions(manifests, 0).Device);
        Assert.Equal("alexnet-worker:cuda", manifests.Worker.Container.Image);
        Assert.Contains(manifests.Worker.Pod.Tolerations, t => t.Key == "nvidia.com/gpu");
    }

    [Fact]
    public async Task TwoByTwo_Coordinator_LeadsTwoReplicasOfTwoShards()
    {
        var manifests = await Manifests.OfAsync("overlays/2x2");
        Assert.Equal(new RunTopology(2, 2), manifests.Coordinator.CoordinatorOptions(manifests).Topology);
    }

    private static int PortOf(Manifests manifests, Workload workload, int port)
    {
        Assert.Contains(workload.Container.Ports, p => p.ContainerPort == port);
        return Assert
            .Single(manifests.Of<V1Service>().Where(s => Manifests.Selects(s.Spec.Selector, workload)).SelectMany(s => s.Spec.Ports), p =>
                p.Name == "grpc"
            )
            .Port;
    }

    private static string MountOf(Workload workload, string path) =>
        Assert.Single(workload.Container.VolumeMounts, m => m.MountPath == path).Name;
}
