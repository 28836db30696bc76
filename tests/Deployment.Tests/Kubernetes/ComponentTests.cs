using AlexNet.Testing;
using Deployment.Tests.Kubernetes.Crds;
using k8s.Models;

namespace Deployment.Tests.Kubernetes;

/// <summary>Components that no overlay has by itself, laid over one as README.md says.</summary>
public sealed class ComponentTests
{
    [Fact]
    public async Task Monitoring_ServiceMonitor_FindsBothServicesAndTheirMetricsPort()
    {
        var manifests = await WithAsync("monitoring");
        var monitor = Assert.Single(manifests.Of<ServiceMonitor>()).Spec;
        var services = manifests
            .Of<V1Service>()
            .Where(s => monitor.Selector.MatchLabels.All(l => s.Metadata.Labels.TryGetValue(l.Key, out string? value) && value == l.Value))
            .ToList();
        // under docker compose these are the names of the jobs
        Assert.Equal("kube-prometheus-stack", Assert.Single(manifests.Of<ServiceMonitor>()).Metadata.Labels["release"]);
        Assert.Equal("kube-prometheus-stack", Assert.Single(manifests.Of<PrometheusRule>()).Metadata.Labels["release"]);
        Assert.Equal(["coordinator", "worker"], services.Select(s => s.Metadata.Labels[monitor.JobLabel]).Order(StringComparer.Ordinal));
        var endpoint = Assert.Single(monitor.Endpoints);
        Assert.Equal("/metrics", endpoint.Path);
        Assert.All(services, s => Assert.Contains(s.Spec.Ports, p => p.Name == endpoint.Port && p.TargetPort.Value == "http"));
    }

    [Fact]
    public async Task Monitoring_Rules_AreThoseOfPrometheus()
    {
        string rules = Checkout.PathOf("deploy/prometheus/rules.yml");
        Assert.SkipUnless(File.Exists(rules), "needs deploy/prometheus/rules.yml.");
        var manifests = await WithAsync("monitoring");
        string copied = Yaml.Write(Assert.Single(manifests.Of<PrometheusRule>()).Spec.Groups);
        string expected = Yaml.Write(Yaml.Read<Dictionary<string, object>>("deploy/prometheus/rules.yml")["groups"]);
        Assert.True(
            expected == copied,
            "k8s/components/monitoring/rules.yaml is not deploy/prometheus/rules.yml; run k8s/components/monitoring/update-rules.sh."
        );
    }

    [Fact]
    public async Task Data_Claim_IsMountedWhereTheWorkersLook()
    {
        var manifests = await WithAsync("data");
        string path = manifests.Worker.WorkerOptions(manifests, 0).Data ?? "";
        var mount = Assert.Single(manifests.Worker.Container.VolumeMounts, m => m.MountPath == path);
        Assert.True(mount.ReadOnlyProperty);
        Assert.Equal("alexnet-data", manifests.Worker.Pod.Volumes.Single(v => v.Name == mount.Name).PersistentVolumeClaim.ClaimName);
    }

    [Fact]
    public async Task Tls_Files_AreThoseOfTheMountedSecrets()
    {
        var manifests = await WithAsync("tls");
        foreach (var workload in new[] { manifests.Coordinator, manifests.Worker })
        {
            var variables = workload.Variables(manifests, 0);
            Assert.Equal($"alexnet-tls-{workload.Part}", workload.SecretAt("/tls"));
            string[] names = ["ALEXNET_TLS_CERT", "ALEXNET_TLS_KEY", "ALEXNET_TLS_CA"];
            Assert.All(names, name => Assert.StartsWith("/tls/", variables[name], StringComparison.Ordinal));
            var known = workload.Part == "coordinator" ? KnownVariables.OfCoordinator : KnownVariables.OfWorker;
            Assert.SkipUnless(known.Contains(names[0]), "the programs have no mTLS yet.");
            Assert.Subset(known.ToHashSet(), names.ToHashSet());
        }
    }

    [Fact]
    public async Task OpenShift_Names_AreAskedWhereItsDnsListens()
    {
        var manifests = await WithAsync("openshift");
        var policy = manifests.One<V1NetworkPolicy>("alexnet-worker-dns").Spec;
        Assert.True(Manifests.Selects(policy.PodSelector.MatchLabels, manifests.Worker));
        Assert.Equal(["Egress"], policy.PolicyTypes);
        var rule = Assert.Single(policy.Egress);
        Assert.Equal(["openshift-dns"], Assert.Single(rule.To).NamespaceSelector.MatchLabels.Values);
        Assert.Equal(["5353 TCP", "5353 UDP"], rule.Ports.Select(p => $"{p.Port.Value} {p.Protocol}").Order(StringComparer.Ordinal));
    }

    [Fact]
    public async Task OpenShift_Users_AreItsOwnForEveryJob()
    {
        var manifests = await Manifests.OfAsync(new("2x2", "guard openshift gang"));
        Assert.Equal(3, manifests.Of<V1Job>().Count());
        Assert.All(manifests.Of<V1Job>().Select(job => job.Spec.Template.Spec.SecurityContext), security =>
            Assert.Equal((null, null, null), (security.RunAsUser, security.RunAsGroup, security.FsGroup))
        );
    }

    [Fact]
    public async Task Images_OfARegistry_AreSetHoweverThePodsRun()
    {
        const string images = "images:\n  - name: alexnet-worker\n    newName: registry.example/alexnet-worker\n    newTag: v1\n";
        foreach (string engine in Stack.Engines)
        {
            var manifests = await Manifests.OfAsync(new("cpu", engine, images));
            Assert.Equal("registry.example/alexnet-worker:v1", manifests.Worker.Container.Image);
            Assert.Equal("IfNotPresent", manifests.Worker.Container.ImagePullPolicy);
        }
    }

    private static Task<Manifests> WithAsync(string components) => Manifests.OfAsync(new("cpu", components));
}
