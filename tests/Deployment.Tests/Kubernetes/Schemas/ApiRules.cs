using Deployment.Tests.Kubernetes.Crds;
using k8s.Models;

namespace Deployment.Tests.Kubernetes.Schemas;

/// <summary>
/// What Kubernetes 1.37 requires beyond names and kinds of fields: texts and objects that must be there, and texts of which there are only
/// some. Both hold for the types of our manifests; source: https://kubernetes.io/docs/reference/kubernetes-api.
/// </summary>
internal static class ApiRules
{
    private static readonly Dictionary<Type, string[]> Required = new()
    {
        [typeof(V1ConfigMapEnvSource)] = ["name"],
        [typeof(V1Container)] = ["name", "image"],
        [typeof(V1EnvVar)] = ["name"],
        [typeof(V1HTTPGetAction)] = ["port"],
        [typeof(V1IPBlock)] = ["cidr"],
        [typeof(V1Job)] = ["apiVersion", "kind", "metadata", "spec"],
        [typeof(V1JobSpec)] = ["template"],
        [typeof(V1JobTemplateSpec)] = ["spec"],
        [typeof(V1NetworkPolicySpec)] = ["podSelector"],
        [typeof(V1ObjectFieldSelector)] = ["fieldPath"],
        [typeof(V1PersistentVolumeClaimSpec)] = ["accessModes", "resources"],
        [typeof(V1PersistentVolumeClaimVolumeSource)] = ["claimName"],
        [typeof(V1PodFailurePolicy)] = ["rules"],
        [typeof(V1PodFailurePolicyOnExitCodesRequirement)] = ["operator", "values"],
        [typeof(V1PodFailurePolicyOnPodConditionsPattern)] = ["type"],
        [typeof(V1PodFailurePolicyRule)] = ["action"],
        [typeof(V1PodSchedulingGroup)] = ["podGroupName"],
        [typeof(V1PodSpec)] = ["containers", "restartPolicy"],
        [typeof(V1PodTemplateSpec)] = ["spec"],
        [typeof(V1ResourceFieldSelector)] = ["resource"],
        [typeof(V1PolicyRule)] = ["verbs"],
        [typeof(V1RoleBinding)] = ["roleRef"],
        [typeof(V1RoleRef)] = ["apiGroup", "kind", "name"],
        [typeof(V1SeccompProfile)] = ["type"],
        [typeof(V1SecretVolumeSource)] = ["secretName"],
        [typeof(Rbacv1Subject)] = ["kind", "name"],
        [typeof(V1TopologySpreadConstraint)] = ["topologyKey", "whenUnsatisfiable"],
        [typeof(V1Volume)] = ["name"],
        [typeof(V1VolumeMount)] = ["name", "mountPath"],
        [typeof(V1beta1PodGroupSpec)] = ["schedulingPolicy"],
        [typeof(V1beta1PodGroupTemplate)] = ["name", "schedulingPolicy"],
        [typeof(V1beta1WorkloadReference)] = ["templateName", "workloadName"],
        [typeof(V1beta1WorkloadSpec)] = ["podGroupTemplates"],
    };

    private static readonly Dictionary<(Type, string), string[]> Allowed = new()
    {
        [(typeof(JobSetFailureRule), "action")] =
        [
            "FailJobSet",
            "RestartJobSet",
            "RestartJobSetAndIgnoreMaxRestarts",
            "RestartJob",
            "RestartJobAndIgnoreMaxRestarts",
        ],
        [(typeof(JobSetSuccessPolicy), "operator")] = ["All", "Any"],
        [(typeof(V1Container), "imagePullPolicy")] = ["Always", "IfNotPresent", "Never"],
        [(typeof(V1ContainerPort), "protocol")] = ["TCP", "UDP", "SCTP"],
        [(typeof(V1EmptyDirVolumeSource), "medium")] = ["", "Memory"],
        [(typeof(V1JobSpec), "completionMode")] = ["Indexed", "NonIndexed"],
        [(typeof(V1JobSpec), "podReplacementPolicy")] = ["Failed", "TerminatingOrFailed"],
        [(typeof(V1NetworkPolicyPort), "protocol")] = ["TCP", "UDP", "SCTP"],
        [(typeof(V1NetworkPolicySpec), "policyTypes")] = ["Ingress", "Egress"],
        [(typeof(V1PersistentVolumeClaimSpec), "accessModes")] = ["ReadWriteOnce", "ReadOnlyMany", "ReadWriteMany", "ReadWriteOncePod"],
        [(typeof(V1PodDisruptionBudgetSpec), "unhealthyPodEvictionPolicy")] = ["AlwaysAllow", "IfHealthyBudget"],
        [(typeof(V1PodFailurePolicyOnExitCodesRequirement), "operator")] = ["In", "NotIn"],
        [(typeof(V1PodFailurePolicyRule), "action")] = ["Count", "FailIndex", "FailJob", "Ignore"],
        [(typeof(V1PodSecurityContext), "fsGroupChangePolicy")] = ["Always", "OnRootMismatch"],
        [(typeof(V1PodSpec), "restartPolicy")] = ["Never", "OnFailure"], // of a Job
        [(typeof(V1SeccompProfile), "type")] = ["RuntimeDefault", "Localhost", "Unconfined"],
        [(typeof(V1Toleration), "effect")] = ["NoSchedule", "PreferNoSchedule", "NoExecute"],
        [(typeof(V1Toleration), "operator")] = ["Equal", "Exists"],
        [(typeof(V1TopologySpreadConstraint), "whenUnsatisfiable")] = ["DoNotSchedule", "ScheduleAnyway"],
    };

    public static bool IsRequired(Type type, string field) => Required.TryGetValue(type, out string[]? fields) && fields.Contains(field);

    /// <summary>The texts that a field may have; null where any will do.</summary>
    public static IReadOnlyList<string>? AllowedIn(Type type, string field) => Allowed.GetValueOrDefault((type, field));
}
