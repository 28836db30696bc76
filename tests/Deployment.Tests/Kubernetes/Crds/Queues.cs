using k8s;
using k8s.Models;

namespace Deployment.Tests.Kubernetes.Crds;

/// <summary>kueue.x-k8s.io/v1beta2, as much as we use; another key is an error.</summary>
internal sealed class ResourceFlavor : IKubernetesObject<V1ObjectMeta>
{
    public string ApiVersion { get; set; } = "";

    public string Kind { get; set; } = "";

    public V1ObjectMeta Metadata { get; set; } = new();
}

internal sealed class LocalQueue : IKubernetesObject<V1ObjectMeta>
{
    public string ApiVersion { get; set; } = "";

    public string Kind { get; set; } = "";

    public V1ObjectMeta Metadata { get; set; } = new();

    public LocalQueueSpec Spec { get; set; } = new();
}

internal sealed class LocalQueueSpec
{
    public string ClusterQueue { get; set; } = "";
}

internal sealed class ClusterQueue : IKubernetesObject<V1ObjectMeta>
{
    public string ApiVersion { get; set; } = "";

    public string Kind { get; set; } = "";

    public V1ObjectMeta Metadata { get; set; } = new();

    public ClusterQueueSpec Spec { get; set; } = new();
}

internal sealed class ClusterQueueSpec
{
    public V1LabelSelector NamespaceSelector { get; set; } = new();

    public List<ResourceGroup> ResourceGroups { get; set; } = [];
}

internal sealed class ResourceGroup
{
    public List<string> CoveredResources { get; set; } = [];

    public List<FlavorQuotas> Flavors { get; set; } = [];
}

internal sealed class FlavorQuotas
{
    public string Name { get; set; } = "";

    public List<ResourceQuota> Resources { get; set; } = [];
}

internal sealed class ResourceQuota
{
    public string Name { get; set; } = "";

    public ResourceQuantity NominalQuota { get; set; } = new("0");
}
