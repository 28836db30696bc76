using k8s;
using k8s.Models;

namespace Deployment.Tests.Kubernetes.Crds;

/// <summary>kueue.x-k8s.io/v1beta2 of Kueue 0.19, as much as we use; another key, or a missing one, is an error.</summary>
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

    public required LocalQueueSpec Spec { get; set; }
}

internal sealed class LocalQueueSpec
{
    public required string ClusterQueue { get; set; }
}

internal sealed class ClusterQueue : IKubernetesObject<V1ObjectMeta>
{
    public string ApiVersion { get; set; } = "";

    public string Kind { get; set; } = "";

    public V1ObjectMeta Metadata { get; set; } = new();

    public required ClusterQueueSpec Spec { get; set; }
}

internal sealed class ClusterQueueSpec
{
    public required V1LabelSelector NamespaceSelector { get; set; }

    public required List<ResourceGroup> ResourceGroups { get; set; }
}

internal sealed class ResourceGroup
{
    public required List<string> CoveredResources { get; set; }

    public required List<FlavorQuotas> Flavors { get; set; }
}

internal sealed class FlavorQuotas
{
    public required string Name { get; set; }

    public required List<ResourceQuota> Resources { get; set; }
}

internal sealed class ResourceQuota
{
    public required string Name { get; set; }

    public required ResourceQuantity NominalQuota { get; set; }
}
