using AlexNet.Recipes;
using Deployment.Tests.Images;
using k8s.Models;
using Lockstep.Coordinator;
using Lockstep.Hosting;
using Lockstep.Worker.Options;

namespace Deployment.Tests.Kubernetes;

/// <summary>The pods of one of our programs.</summary>
/// <param name="Part">coordinator or worker.</param>
/// <param name="ContainerName">The name of its container.</param>
/// <param name="Spec">The spec of its Job.</param>
/// <param name="NameOf">The name under which the cluster's DNS knows its pod of an index.</param>
internal sealed record Workload(string Part, string ContainerName, V1JobSpec Spec, Func<int, string> NameOf)
{
    public V1PodSpec Pod => Spec.Template.Spec;

    public V1Container Container => Assert.Single(Pod.Containers, c => c.Name == ContainerName);

    /// <summary>The target of the Dockerfile that its image is made from.</summary>
    public string Target =>
        Part == "coordinator" ? Part
        : Container.Image.EndsWith(":cuda", StringComparison.Ordinal) ? "worker-cuda"
        : "worker-cpu";

    /// <summary>The variables of its pod of an index on a node: the image's, the ConfigMap's, and its own.</summary>
    public Dictionary<string, string> Variables(Manifests manifests, int index, string node = "node")
    {
        var variables = Dockerfile.Read().EnvironmentOf(Target).ToDictionary();
        foreach (var source in Container.EnvFrom)
        {
            foreach (var (name, value) in manifests.Settings(source.ConfigMapRef.Name))
                variables[name] = value;
        }

        foreach (var variable in Container.Env ?? [])
            variables[variable.Name] = Value(variable, index, node, variables);
        return variables;
    }

    /// <summary>The name of the Secret of the volume that is mounted at a path.</summary>
    public string SecretAt(string path)
    {
        var mount = Assert.Single(Container.VolumeMounts, m => m.MountPath == path);
        Assert.True(mount.ReadOnlyProperty);
        return Pod.Volumes.Single(v => v.Name == mount.Name).Secret.SecretName;
    }

    public CoordinatorOptions CoordinatorOptions(Manifests manifests) =>
        Lockstep.Coordinator.CoordinatorOptions.From(Settings(Variables(manifests, 0)), Recipe.Reader);

    public WorkerOptions WorkerOptions(Manifests manifests, int index, string node = "node") =>
        Lockstep.Worker.Options.WorkerOptions.From(Settings(Variables(manifests, index, node)));

    /// <summary>
    /// What Kubernetes does when the container ends with an exit code: the action of the first rule that fits; null for none.
    /// </summary>
    public string? ActionOn(int exitCode) =>
        Spec
            .PodFailurePolicy.Rules.FirstOrDefault(rule =>
                rule.OnExitCodes is { } on
                && on.ContainerName == ContainerName
                && on.Values.Contains(exitCode) == (on.OperatorProperty == "In")
            )
            ?.Action;

    // the files of a Secret are not here; what a program reads from one is the Secret's key of that name
    private Settings Settings(Dictionary<string, string> variables)
    {
        const string file = "_FILE";
        return KnownVariables.AsArguments(
            variables.ToDictionary(
                v => v.Key.EndsWith(file, StringComparison.Ordinal) ? v.Key[..^file.Length] : v.Key,
                v => v.Key.EndsWith(file, StringComparison.Ordinal) ? Path.GetFileName(v.Value) : v.Value
            )
        );
    }

    private string Value(V1EnvVar variable, int index, string node, Dictionary<string, string> before) =>
        variable.ValueFrom switch
        {
            { FieldRef.FieldPath: "spec.nodeName" } => node,
            { FieldRef.FieldPath: "metadata.annotations['batch.kubernetes.io/job-completion-index']" } => $"{index}",
            { ResourceFieldRef.Resource: "limits.cpu" } => $"{Container.Resources.Limits["cpu"]}",
            null => before.Aggregate(variable.Value, (text, v) => text.Replace($"$({v.Key})", v.Value, StringComparison.Ordinal)),
            _ => throw new NotSupportedException($"the variable {variable.Name} comes from elsewhere."),
        };
}
