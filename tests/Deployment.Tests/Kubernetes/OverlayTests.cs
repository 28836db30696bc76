using System.Globalization;
using k8s.Models;
using Lockstep.Core.Errors;
using Lockstep.Core.Membership;
using Lockstep.Core.Topology;

namespace Deployment.Tests.Kubernetes;

/// <summary>What every overlay must hold to, as Kubernetes and as our programs understand it.</summary>
public sealed class OverlayTests
{
    private const int Killed = 137;
    private const int Farewell = 10; // seconds that the coordinator gives workers and connections to go, after its grace

    private static readonly string[] ClusterWide = ["Namespace", "ResourceFlavor", "ClusterQueue", "ClusterTrainingRuntime"];

    /// <summary>Each overlay with each of what may run its pods.</summary>
    public static TheoryData<string, string> Overlays =>
        [.. Stack.Overlays.SelectMany(overlay => Stack.Engines.Select(engine => (overlay, engine)))];

    [Theory]
    [MemberData(nameof(Overlays))]
    public async Task Overlay_EveryObject_IsInTheNamespaceThatItMakes(string overlay, string engine)
    {
        var manifests = await Manifests.OfAsync(new(overlay, engine));
        string name = Assert.Single(manifests.Of<V1Namespace>()).Metadata.Name;
        Assert.All(manifests.All, o => Assert.Equal(ClusterWide.Contains(o.Kind) ? null : name, o.Metadata.NamespaceProperty));
    }

    [Theory]
    [MemberData(nameof(Overlays))]
    public async Task Overlay_Variables_AreSettingsThatTheProgramsAccept(string overlay, string engine)
    {
        var manifests = await Manifests.OfAsync(new(overlay, engine));
        var coordinator = manifests.Coordinator.CoordinatorOptions(manifests);
        Assert.True(coordinator.ResumesAsNeeded, "a pod that comes after another must go on with its run");
        int workers = coordinator.Topology.Workers;
        Assert.Equal((workers, workers), (manifests.Worker.Spec.Completions, manifests.Worker.Spec.Parallelism));
        Assert.All(Enumerable.Range(0, workers).Select(index => manifests.Worker.WorkerOptions(manifests, index)), worker =>
        {
            Assert.Null(worker.RunDirectory); // no volume is shared
            Assert.Equal(coordinator.Tokens.Join, worker.Token);
        });
        // a Secret a role: no pod holds more than its own
        Assert.Equal("alexnet-token-coordinator", manifests.Coordinator.SecretAt("/secrets"));
        Assert.Equal("alexnet-token-worker", manifests.Worker.SecretAt("/secrets"));
        Assert.NotNull(coordinator.Tokens.Operator);
    }

    [Theory]
    [MemberData(nameof(Overlays))]
    public async Task Overlay_Worker_HasANameThatDnsKnowsAndReachesTheCoordinator(string overlay, string engine)
    {
        var manifests = await Manifests.OfAsync(new(overlay, engine));
        var set = manifests.Set; // which makes the headless service itself
        for (int index = 0; index < manifests.Worker.Spec.Completions; index++)
        {
            var worker = manifests.Worker.WorkerOptions(manifests, index);
            Assert.Equal(manifests.Worker.NameOf(index), worker.AdvertisedHost);
            if (set is null)
            {
                var names = manifests.One<V1Service>(worker.AdvertisedHost?.Split('.')[1] ?? "");
                Assert.Equal(("None", true), (names.Spec.ClusterIP, names.Spec.PublishNotReadyAddresses));
                Assert.True(Manifests.Selects(names.Spec.Selector, manifests.Worker));
            }
            Assert.Equal(5000, PortOf(manifests, manifests.Worker, worker.Endpoints.Grpc.Port));
            var service = manifests.One<V1Service>(worker.Coordinator.Host);
            Assert.True(service.Spec.PublishNotReadyAddresses, "workers open connections to upload while the coordinator ends");
            Assert.True(Manifests.Selects(service.Spec.Selector, manifests.Coordinator));
            var port = Assert.Single(service.Spec.Ports, p => p.Port == worker.Coordinator.Port);
            var target = Assert.Single(manifests.Coordinator.Container.Ports, p => p.Name == port.TargetPort.Value);
            Assert.Equal(manifests.Coordinator.CoordinatorOptions(manifests).Endpoints.Grpc.Port, target.ContainerPort);
        }
        Assert.True(set is null || set.Network.PublishNotReadyAddresses == true);
    }

    [Theory]
    [MemberData(nameof(Overlays))]
    public async Task Overlay_PortsAndProbes_AreThoseOfTheProgram(string overlay, string engine)
    {
        var manifests = await Manifests.OfAsync(new(overlay, engine));
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
    public async Task Overlay_ExitCodes_TellPreemptionFromABug(string overlay, string engine)
    {
        var manifests = await Manifests.OfAsync(new(overlay, engine));
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
    public async Task Overlay_GracePeriods_LeaveTimeToStopAndSave(string overlay, string engine)
    {
        var manifests = await Manifests.OfAsync(new(overlay, engine));
        double needed = manifests.Coordinator.CoordinatorOptions(manifests).Grace.TotalSeconds + Farewell;
        Assert.All(new[] { manifests.Coordinator, manifests.Worker }, w =>
            Assert.InRange(w.Pod.TerminationGracePeriodSeconds ?? 0, needed, 2 * needed)
        );
    }

    [Theory]
    [MemberData(nameof(Overlays))]
    public async Task Overlay_Pods_AreAllowedNothingThatTheyDoNotNeed(string overlay, string engine)
    {
        var manifests = await Manifests.OfAsync(new(overlay, engine));
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
    public async Task Overlay_Volumes_AreThereAndWritableWhereTheProgramsWrite(string overlay, string engine)
    {
        var manifests = await Manifests.OfAsync(new(overlay, engine));
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
    public async Task Overlay_NetworkPolicies_LetInOnlyWhoIsNeeded(string overlay, string engine)
    {
        var manifests = await Manifests.OfAsync(new(overlay, engine));
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
        var names = Assert.Single(egress, rule => rule.Ports.Any(p => p.Port.Value == "53" && p.Protocol == "UDP"));
        Assert.Contains(names.To, to => to.NamespaceSelector?.MatchLabels.Values.Contains("kube-system") == true);
        Assert.Contains(names.To, to => to.IpBlock?.Cidr == "169.254.20.10/32"); // NodeLocal DNSCache
    }

    [Theory]
    [MemberData(nameof(Overlays))]
    public async Task Overlay_DisruptionBudget_LetsOneWorkerGoAtATime(string overlay, string engine)
    {
        var manifests = await Manifests.OfAsync(new(overlay, engine));
        var budget = Assert.Single(manifests.Of<V1PodDisruptionBudget>());
        Assert.True(Manifests.Selects(budget.Spec.Selector.MatchLabels, manifests.Worker));
        Assert.False(Manifests.Selects(budget.Spec.Selector.MatchLabels, manifests.Coordinator));
        // a Job has no scale, so Kubernetes takes a number and no maxUnavailable
        Assert.Equal((manifests.Worker.Spec.Completions - 1)?.ToString(CultureInfo.InvariantCulture), budget.Spec.MinAvailable.Value);
    }

    [Theory]
    [MemberData(nameof(Overlays))]
    public async Task Overlay_ReplicasOfAShard_AreOnDifferentNodes(string overlay, string engine)
    {
        var manifests = await Manifests.OfAsync(new(overlay, engine));
        var spread = Assert.Single(manifests.Worker.Pod.TopologySpreadConstraints);
        Assert.Equal((1, "kubernetes.io/hostname"), (spread.MaxSkew, spread.TopologyKey));
        Assert.True(Manifests.Selects(spread.LabelSelector.MatchLabels, manifests.Worker));
        foreach (var topology in new[] { manifests.Coordinator.CoordinatorOptions(manifests).Topology, new(2, 8), new(3, 4) })
        {
            foreach (int nodes in Enumerable.Range(topology.Replicas, topology.Workers - topology.Replicas + 1))
                AssertReplicasAreApart(manifests.Worker, manifests, topology, nodes);
        }
    }

    // spread evenly in the order of their indexes; names of nodes need not be equally long
    private static void AssertReplicasAreApart(Workload worker, Manifests manifests, RunTopology topology, int nodes)
    {
        var nodeOf = Enumerable
            .Range(0, topology.Workers)
            .ToDictionary(i => worker.WorkerOptions(manifests, i, $"node-{9 + (i % nodes)}.example").WorkerId, i => i % nodes);
        var members = SlotAssigner
            .Assign(topology, 0, [.. nodeOf.Keys.Select(name => new WorkerSnapshot(name, "", 0, "", WorkerStage.Loaded))])
            .Members;
        var shards = members.Select((member, rank) => (topology.SlotOf(rank).Shard, Node: nodeOf[member.Id])).GroupBy(m => m.Shard);
        Assert.All(shards, shard => Assert.Distinct(shard.Select(m => m.Node)));
    }

    [Fact]
    public async Task Cpu_Pods_FitANodeOfTwoProcessors()
    {
        var manifests = await Manifests.OfAsync(new("cpu"));
        decimal asked = new[] { manifests.Coordinator, manifests.Worker }.Sum(w =>
            w.Container.Resources.Requests["cpu"].ToDecimal() * (w.Spec.Parallelism ?? 0)
        );
        Assert.InRange(asked, 0, 1.75m); // the rest is the system's
    }

    [Fact]
    public async Task Gpu_Worker_HasOneGpuAndUsesIt()
    {
        var manifests = await Manifests.OfAsync(new("gpu"));
        Assert.Equal(1, manifests.Worker.Container.Resources.Limits["nvidia.com/gpu"].ToInt32());
        Assert.Equal("cuda", manifests.Worker.WorkerOptions(manifests, 0).Device);
        Assert.Equal("alexnet-worker:cuda", manifests.Worker.Container.Image);
        Assert.Contains(manifests.Worker.Pod.Tolerations, t => t.Key == "nvidia.com/gpu");
    }

    [Fact]
    public async Task TwoByTwo_Coordinator_LeadsTwoReplicasOfTwoShards()
    {
        var manifests = await Manifests.OfAsync(new("2x2"));
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
