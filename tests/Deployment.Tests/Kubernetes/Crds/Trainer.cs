using k8s;
using k8s.Models;

namespace Deployment.Tests.Kubernetes.Crds;

/// <summary>trainer.kubeflow.org/v1alpha1 of Kubeflow Trainer 2.2, as much as we use; another key, or a missing one, is an error.</summary>
internal sealed class ClusterTrainingRuntime : IKubernetesObject<V1ObjectMeta>
{
    public string ApiVersion { get; set; } = "";

    public string Kind { get; set; } = "";

    public V1ObjectMeta Metadata { get; set; } = new();

    public required TrainingRuntimeSpec Spec { get; set; }
}

internal sealed class TrainingRuntimeSpec
{
    public required TrainingPolicy MlPolicy { get; set; }

    public required JobSetTemplate Template { get; set; }
}

internal sealed class TrainingPolicy
{
    public int NumNodes { get; set; }
}

internal sealed class JobSetTemplate
{
    public required JobSetSpec Spec { get; set; }
}

internal sealed class TrainJob : IKubernetesObject<V1ObjectMeta>
{
    public string ApiVersion { get; set; } = "";

    public string Kind { get; set; } = "";

    public V1ObjectMeta Metadata { get; set; } = new();

    public required TrainJobSpec Spec { get; set; }
}

internal sealed class TrainJobSpec
{
    public required TrainingRuntimeReference RuntimeRef { get; set; }
}

/// <summary>Where apiGroup and kind are left out, a ClusterTrainingRuntime of trainer.kubeflow.org is meant.</summary>
internal sealed class TrainingRuntimeReference
{
    public required string Name { get; set; }
}
