using AlexNet.Testing;

namespace Deployment.Tests.Kubernetes;

/// <summary>An overlay of <c>k8s/</c> with components on it, as a person's own kustomization has them.</summary>
/// <param name="Overlay">cpu, gpu or 2x2.</param>
/// <param name="Components">The names of components in their order, with spaces between them.</param>
/// <param name="More">What else the kustomization says.</param>
internal sealed record Stack(string Overlay, string Components = "", string More = "")
{
    /// <summary>What may run the pods: two Jobs, or one of the components that must be the last.</summary>
    public static IReadOnlyList<string> Engines { get; } = ["", "guard", "gang", "jobset", "kueue", "trainer"];

    public static IReadOnlyList<string> Overlays { get; } = FoldersOf("overlays");

    /// <summary>The components that go with all others.</summary>
    public static IReadOnlyList<string> Extras { get; } = [.. FoldersOf("components").Except(Engines)];

    /// <summary>Its manifests as YAML.</summary>
    public async Task<string> BuildAsync()
    {
        using var folder = new TemporaryFolder();
        string k8s = Path.GetRelativePath(folder.Path, Checkout.PathOf("k8s")); // kustomize refuses absolute paths
        string list = string.Concat(
            Components.Split(' ', StringSplitOptions.RemoveEmptyEntries).Select(name => $"  - {k8s}/components/{name}\n")
        );
        await File.WriteAllTextAsync(
            folder["kustomization.yaml"],
            "apiVersion: kustomize.config.k8s.io/v1beta1\nkind: Kustomization\nresources:\n  - "
                + $"{k8s}/overlays/{Overlay}\n{(list.Length == 0 ? "" : "components:\n" + list)}{More}"
        );
        return await Kustomize.BuildAsync(folder.Path);
    }

    private static string[] FoldersOf(string kind) =>
        [
            .. Directory
                .GetDirectories(Checkout.PathOf($"k8s/{kind}"))
                .Select(folder => Path.GetFileName(folder))
                .Order(StringComparer.Ordinal),
        ];
}
