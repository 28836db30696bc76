using AlexNet.Recipes;
using Deployment.Tests.Images;
using k8s.Models;
using Lockstep.Coordinator;
using Lockstep.Worker.Options;

namespace Deployment.Tests.Kubernetes;

/// <summary>The pods of one of our programs.</summary>
/// <param name="Part">coordinator or worker, which is its container's name too.</param>
/// <param name="Spec">The spec of its Job.</param>
/// <param name="NameOf">The name under which the cluster's DNS knows its pod of an index.</param>
internal sealed record Workload(string Part, V1JobSpec Spec, Func<int, string> NameOf)
{
    public V1PodSpec Pod => Spec.Template.Spec;

    public V1Container Container => Assert.Single(Pod.Containers, c => c.Name == Part);

    /// <summary>The target of the Dockerfile that its image is made from.</summary>
    public string Target =>
        Part == "coordinator" ? Part
        : Container.Image.EndsWith(":cuda", StringComparison.Ordinal) ? "worker-cuda"
        : "worker-cpu";

    /// <summary>The variables of its pod of an index: the image's, the ConfigMap's, and its own.</summary>
    public Dictionary<string, string> Variables(Manifests manifests, int index)
    {
        var variables = Dockerfile.Read().EnvironmentOf(Target).ToDictionary();
        foreach (var source in Container.EnvFrom)
        {
            foreach (var (name, value) in manifests.Settings(source.ConfigMapRef.Name))
                variables[name] = value;
        }

        foreach (var variable in Container.Env)
            variables[variable.Name] = Value(variable, index, variables);
        return variables;
    }

    public CoordinatorOptions CoordinatorOptions(Manifests manifests) =>
        Lockstep.Coordinator.CoordinatorOptions.From(KnownVariables.AsArguments(Variables(manifests, 0)), Recipe.Reader);

    public WorkerOptions WorkerOptions(Manifests manifests, int index) =>
        Lockstep.Worker.Options.WorkerOptions.From(KnownVariables.AsArguments(Variables(manifests, index)));

    /// <summary>
    /// What Kubernetes does when the container ends with an exit code: the action of the first rule that fits; null for none.
    /// </summary>
    public string? ActionOn(int exitCode) =>
        Spec
            .PodFailurePolicy.Rules.FirstOrDefault(rule =>
                rule.OnExitCodes is { } on && on.ContainerName == Part && on.Values.Contains(exitCode) == (on.OperatorProperty == "In")
            )
            ?.Action;

    private string Value(V1EnvVar variable, int index, Dictionary<string, string> before) =>
        variable.ValueFrom switch
        {
            { FieldRef.FieldPath: "metadata.annotations['batch.kubernetes.io/job-completion-index']" } => $"{index}",
            { ResourceFieldRef.Resource: "limits.cpu" } => $"{Container.Resources.Limits["cpu"]}",
            { SecretKeyRef: { } secret } => $"{secret.Name}.{secret.Key}",
            null => before.Aggregate(variable.Value, (text, v) => text.Replace($"$({v.Key})", v.Value, StringComparison.Ordinal)),
            _ => throw new NotSupportedException($"the variable {variable.Name} comes from elsewhere."),
        };
}
