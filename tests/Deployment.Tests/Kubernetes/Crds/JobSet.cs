using k8s;
using k8s.Models;

namespace Deployment.Tests.Kubernetes.Crds;

/// <summary>jobset.x-k8s.io/v1alpha2, as much as we use; another key is an error.</summary>
internal sealed class JobSet : IKubernetesObject<V1ObjectMeta>
{
    public string ApiVersion { get; set; } = "";

    public string Kind { get; set; } = "";

    public V1ObjectMeta Metadata { get; set; } = new();

    public JobSetSpec Spec { get; set; } = new();
}

internal sealed class JobSetSpec
{
    public JobSetNetwork Network { get; set; } = new();

    public JobSetSuccessPolicy SuccessPolicy { get; set; } = new();

    public JobSetFailurePolicy FailurePolicy { get; set; } = new();

    public List<ReplicatedJob> ReplicatedJobs { get; set; } = [];

    public bool? Suspend { get; set; }
}

internal sealed class JobSetNetwork
{
    public string? Subdomain { get; set; }

    public bool? PublishNotReadyAddresses { get; set; }
}

internal sealed class JobSetSuccessPolicy
{
    public string Operator { get; set; } = "";

    public List<string> TargetReplicatedJobs { get; set; } = [];
}

internal sealed class JobSetFailurePolicy
{
    public int MaxRestarts { get; set; }

    public List<JobSetFailureRule> Rules { get; set; } = [];
}

internal sealed class JobSetFailureRule
{
    public string Name { get; set; } = "";

    public string Action { get; set; } = "";

    public List<string> OnJobFailureReasons { get; set; } = [];
}

internal sealed class ReplicatedJob
{
    public string Name { get; set; } = "";

    public int Replicas { get; set; }

    public V1JobTemplateSpec Template { get; set; } = new();
}
