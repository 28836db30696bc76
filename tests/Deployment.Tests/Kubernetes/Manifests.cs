using System.Collections.Concurrent;
using AlexNet.Testing;
using Deployment.Tests.Kubernetes.Crds;
using k8s;
using k8s.Models;

namespace Deployment.Tests.Kubernetes;

/// <summary>The objects of one overlay, each strictly of the type that its kind names: an unknown kind or field is an error.</summary>
internal sealed class Manifests
{
    private static readonly Dictionary<string, Type> Types = new()
    {
        ["v1/Namespace"] = typeof(V1Namespace),
        ["v1/ConfigMap"] = typeof(V1ConfigMap),
        ["v1/Service"] = typeof(V1Service),
        ["v1/PersistentVolumeClaim"] = typeof(V1PersistentVolumeClaim),
        ["batch/v1/Job"] = typeof(V1Job),
        ["policy/v1/PodDisruptionBudget"] = typeof(V1PodDisruptionBudget),
        ["networking.k8s.io/v1/NetworkPolicy"] = typeof(V1NetworkPolicy),
        ["jobset.x-k8s.io/v1alpha2/JobSet"] = typeof(JobSet),
        ["kueue.x-k8s.io/v1beta2/ResourceFlavor"] = typeof(ResourceFlavor),
        ["kueue.x-k8s.io/v1beta2/ClusterQueue"] = typeof(ClusterQueue),
        ["kueue.x-k8s.io/v1beta2/LocalQueue"] = typeof(LocalQueue),
        ["monitoring.coreos.com/v1/ServiceMonitor"] = typeof(ServiceMonitor),
        ["monitoring.coreos.com/v1/PrometheusRule"] = typeof(PrometheusRule),
    };

    private static readonly ConcurrentDictionary<string, Task<Manifests>> Built = [];

    private Manifests(IReadOnlyList<IKubernetesObject<V1ObjectMeta>> all) => All = all;

    public IReadOnlyList<IKubernetesObject<V1ObjectMeta>> All { get; }

    /// <summary>The manifests of a folder of <c>k8s/</c>.</summary>
    public static async Task<Manifests> OfAsync(string folder)
    {
        await Kustomize.RequireAsync();
        return await Built.GetOrAdd(folder, async _ => Parse(await Kustomize.BuildAsync(Checkout.PathOf(Path.Combine("k8s", folder)))));
    }

    public static Manifests Parse(string yaml) =>
        new([.. KubernetesYaml.LoadAllFromString(yaml, Types, strict: true).Cast<IKubernetesObject<V1ObjectMeta>>()]);

    public IEnumerable<T> Of<T>() => All.OfType<T>();

    /// <summary>The one object of a kind with a name.</summary>
    public T One<T>(string name)
        where T : IKubernetesObject<V1ObjectMeta> => Assert.Single(Of<T>(), o => o.Metadata.Name == name);

    /// <summary>The coordinator's Job or part of a JobSet.</summary>
    public Workload Coordinator => Workload("coordinator");

    /// <summary>The workers'.</summary>
    public Workload Worker => Workload("worker");

    /// <summary>What a ConfigMap says.</summary>
    public IDictionary<string, string> Settings(string name) => One<V1ConfigMap>(name).Data;

    /// <summary>Whether a pod of a workload has all labels that a selector asks for.</summary>
    public static bool Selects(IDictionary<string, string> selector, Workload workload) =>
        selector.All(label => workload.Spec.Template.Metadata.Labels.TryGetValue(label.Key, out string? value) && value == label.Value);

    private Workload Workload(string part) =>
        Of<JobSet>().FirstOrDefault() is { } set ? OfSet(set, part)
        : One<V1Job>($"alexnet-{part}") is var job
            ? new Workload(part, job.Spec, index => $"{job.Metadata.Name}-{index}.{job.Spec.Template.Spec.Subdomain}")
        : throw new InvalidOperationException();

    // JobSet's controller sets hostname and subdomain of its pods: https://jobset.sigs.k8s.io/docs/concepts
    private static Workload OfSet(JobSet set, string part)
    {
        var job = Assert.Single(set.Spec.ReplicatedJobs, j => j.Name == part);
        Assert.Equal(1, job.Replicas);
        return new Workload(part, job.Template.Spec, index =>
            $"{set.Metadata.Name}-{part}-0-{index}.{set.Spec.Network.Subdomain ?? set.Metadata.Name}"
        );
    }
}
