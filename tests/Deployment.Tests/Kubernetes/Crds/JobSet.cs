using k8s;
using k8s.Models;

namespace Deployment.Tests.Kubernetes.Crds;

/// <summary>jobset.x-k8s.io/v1alpha2 of JobSet 0.12, as much as we use; another key, or a missing one, is an error.</summary>
internal sealed class JobSet : IKubernetesObject<V1ObjectMeta>
{
    public string ApiVersion { get; set; } = "";

    public string Kind { get; set; } = "";

    public V1ObjectMeta Metadata { get; set; } = new();

    public required JobSetSpec Spec { get; set; }
}

internal sealed class JobSetSpec
{
    public required JobSetNetwork Network { get; set; }

    public required JobSetSuccessPolicy SuccessPolicy { get; set; }

    public required JobSetFailurePolicy FailurePolicy { get; set; }

    public required List<ReplicatedJob> ReplicatedJobs { get; set; }

    public bool? Suspend { get; set; }
}

internal sealed class JobSetNetwork
{
    public string? Subdomain { get; set; }

    public bool? PublishNotReadyAddresses { get; set; }
}

internal sealed class JobSetSuccessPolicy
{
    public required string Operator { get; set; }

    public required List<string> TargetReplicatedJobs { get; set; }
}

internal sealed class JobSetFailurePolicy
{
    public int MaxRestarts { get; set; }

    public required List<JobSetFailureRule> Rules { get; set; }
}

internal sealed class JobSetFailureRule
{
    public required string Name { get; set; }

    public required string Action { get; set; }

    public required List<string> OnJobFailureReasons { get; set; }
}

internal sealed class ReplicatedJob
{
    public required string Name { get; set; }

    public int Replicas { get; set; }

    public required V1JobTemplateSpec Template { get; set; }
}
