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
            var mount = Assert.Single(workload.Container.VolumeMounts, m => m.MountPath == "/tls");
            Assert.Equal($"alexnet-tls-{workload.Part}", workload.Pod.Volumes.Single(v => v.Name == mount.Name).Secret.SecretName);
            string[] names = ["ALEXNET_TLS_CERT", "ALEXNET_TLS_KEY", "ALEXNET_TLS_CA"];
            Assert.All(names, name => Assert.StartsWith(mount.MountPath + "/", variables[name], StringComparison.Ordinal));
            var known = workload.Part == "coordinator" ? KnownVariables.OfCoordinator : KnownVariables.OfWorker;
            Assert.SkipUnless(known.Contains(names[0]), "the programs have no mTLS yet.");
            Assert.Subset(known.ToHashSet(), names.ToHashSet());
        }
    }

    [Fact]
    public async Task Components_Together_MakeAJobSetOnGpusWithData()
    {
        var manifests = await WithAsync("gpu", "data", "monitoring", "jobset");
        Assert.Equal(1, manifests.Worker.Container.Resources.Limits["nvidia.com/gpu"].ToInt32());
        Assert.Equal("/data", manifests.Worker.WorkerOptions(manifests, 0).Data);
        Assert.Equal(manifests.Worker.NameOf(1), manifests.Worker.WorkerOptions(manifests, 1).AdvertisedHost);
    }

    [Fact]
    public async Task Images_OfARegistry_AreSetInJobsAndJobSets()
    {
        foreach (string[] components in new string[][] { [], ["jobset"] })
        {
            var manifests = await BuildAsync(
                components,
                "images:\n  - name: alexnet-worker\n    newName: registry.example/alexnet-worker\n    newTag: v1\n"
            );
            Assert.Equal("registry.example/alexnet-worker:v1", manifests.Worker.Container.Image);
        }
    }

    private static Task<Manifests> WithAsync(params string[] components) => BuildAsync(components, "");

    private static async Task<Manifests> BuildAsync(string[] components, string more)
    {
        await Kustomize.RequireAsync();
        using var folder = new TemporaryFolder();
        string k8s = Path.GetRelativePath(folder.Path, Checkout.PathOf("k8s")); // kustomize refuses absolute paths
        string list = components.Length == 0 ? "" : $"components:\n{string.Concat(components.Select(c => $"  - {k8s}/components/{c}\n"))}";
        await File.WriteAllTextAsync(
            folder["kustomization.yaml"],
            "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nnamespace: alexnet\nresources:\n  - "
                + $"{k8s}/base\n{list}{more}"
        );
        return Manifests.Parse(await Kustomize.BuildAsync(folder.Path));
    }
}
