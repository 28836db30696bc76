using System.Collections.Concurrent;
using Deployment.Tests.Kubernetes.Crds;
using Deployment.Tests.Kubernetes.Schemas;
using k8s;
using k8s.Models;
using YamlDotNet.RepresentationModel;

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
        ["v1/ServiceAccount"] = typeof(V1ServiceAccount),
        ["v1/Secret"] = typeof(V1Secret),
        ["rbac.authorization.k8s.io/v1/Role"] = typeof(V1Role),
        ["rbac.authorization.k8s.io/v1/RoleBinding"] = typeof(V1RoleBinding),
        ["batch/v1/Job"] = typeof(V1Job),
        ["policy/v1/PodDisruptionBudget"] = typeof(V1PodDisruptionBudget),
        ["networking.k8s.io/v1/NetworkPolicy"] = typeof(V1NetworkPolicy),
        ["scheduling.k8s.io/v1beta1/Workload"] = typeof(V1beta1Workload),
        ["scheduling.k8s.io/v1beta1/PodGroup"] = typeof(V1beta1PodGroup),
        ["trainer.kubeflow.org/v1alpha1/ClusterTrainingRuntime"] = typeof(ClusterTrainingRuntime),
        ["trainer.kubeflow.org/v1alpha1/TrainJob"] = typeof(TrainJob),
        ["jobset.x-k8s.io/v1alpha2/JobSet"] = typeof(JobSet),
        ["kueue.x-k8s.io/v1beta2/ResourceFlavor"] = typeof(ResourceFlavor),
        ["kueue.x-k8s.io/v1beta2/ClusterQueue"] = typeof(ClusterQueue),
        ["kueue.x-k8s.io/v1beta2/LocalQueue"] = typeof(LocalQueue),
        ["monitoring.coreos.com/v1/ServiceMonitor"] = typeof(ServiceMonitor),
        ["monitoring.coreos.com/v1/PrometheusRule"] = typeof(PrometheusRule),
    };

    private static readonly ConcurrentDictionary<Stack, Task<Manifests>> Built = [];

    private Manifests(IReadOnlyList<IKubernetesObject<V1ObjectMeta>> all) => All = all;

    public IReadOnlyList<IKubernetesObject<V1ObjectMeta>> All { get; }

    /// <summary>The manifests of an overlay with components.</summary>
    public static async Task<Manifests> OfAsync(Stack stack)
    {
        await Kustomize.RequireAsync();
        return await Built.GetOrAdd(stack, async s => Parse(await s.BuildAsync()));
    }

    /// <exception cref="FormatException">A server that validates strictly would refuse an object.</exception>
    public static Manifests Parse(string yaml)
    {
        var stream = new YamlStream();
        stream.Load(new StringReader(yaml));
        string[] problems = [.. stream.Documents.SelectMany(document => ProblemsOf(document.RootNode))];
        if (problems.Length > 0)
            throw new FormatException($"the manifests are not as the API has them: {string.Join("; ", problems)}.");
        return new([.. KubernetesYaml.LoadAllFromString(yaml, Types, strict: true).Cast<IKubernetesObject<V1ObjectMeta>>()]);
    }

    private static IEnumerable<string> ProblemsOf(YamlNode node)
    {
        string Text(params string[] path) =>
            path.Aggregate(node, (at, key) => at is YamlMappingNode map && map.Children.TryGetValue(key, out var child) ? child : "")
                is YamlScalarNode { Value: { } text }
                ? text
                : "";
        string kind = $"{Text("apiVersion")}/{Text("kind")}";
        if (!Types.TryGetValue(kind, out var type))
            return [$"{kind} is no kind that is known here"];
        string name = Text("metadata", "name");
        return (name.Length == 0 ? [$"{kind} has no name"] : Schema.ProblemsOf(node, type)).Select(problem => $"{name}: {problem}");
    }

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

    /// <summary>The JobSet that runs the pods, whoever makes it; null where two Jobs do.</summary>
    public JobSetSpec? Set => Of<JobSet>().SingleOrDefault()?.Spec ?? Of<ClusterTrainingRuntime>().SingleOrDefault()?.Spec.Template.Spec;

    private Workload Workload(string part)
    {
        if (Of<JobSet>().SingleOrDefault() is { } set)
            return OfSet(set.Metadata.Name, set.Spec, part, part);
        if (Of<TrainJob>().SingleOrDefault() is { } training) // Trainer makes a JobSet of its name, and calls the workers nodes
        {
            var runtime = One<ClusterTrainingRuntime>(training.Spec.RuntimeRef.Name);
            return OfSet(training.Metadata.Name, runtime.Spec.Template.Spec, part, part == "worker" ? "node" : part);
        }

        var job = One<V1Job>($"alexnet-{part}");
        return new Workload(part, part, job.Spec, index => $"{job.Metadata.Name}-{index}.{job.Spec.Template.Spec.Subdomain}");
    }

    // JobSet's controller sets hostname and subdomain of its pods: https://jobset.sigs.k8s.io/docs/concepts
    private static Workload OfSet(string name, JobSetSpec set, string part, string jobName)
    {
        var job = Assert.Single(set.ReplicatedJobs, j => j.Name == jobName);
        Assert.Equal(1, job.Replicas);
        return new Workload(part, jobName, job.Template.Spec, index => $"{name}-{jobName}-0-{index}.{set.Network.Subdomain ?? name}");
    }
}
