using AlexNet.Testing;
using k8s.Models;

namespace Deployment.Tests.Kubernetes;

/// <summary>Every overlay with every component that goes with it: it builds, and a server that validates strictly would take it.</summary>
public sealed class CombinationTests
{
    private const string Gpu = "nvidia.com/gpu";

    [Fact]
    public async Task Combination_OfOneComponentOrAll_IsAsTheApiHasIt()
    {
        await CheckAsync(["cpu"], [.. Stack.Extras.Select(extra => new[] { extra })]);
        await CheckAsync(
            Stack.Overlays,
            [
                [],
                [.. Stack.Extras],
            ]
        );
    }

    [Fact]
    public Task Combination_OfAnyComponents_IsAsTheApiHasIt()
    {
        LongTests.Require();
        var sets = Enumerable
            .Range(0, 1 << Stack.Extras.Count)
            .Select(set => Stack.Extras.Where((_, at) => (set & (1 << at)) != 0).ToArray());
        return CheckAsync(Stack.Overlays, [.. sets]);
    }

    private static async Task CheckAsync(IReadOnlyList<string> overlays, IReadOnlyList<string[]> extras)
    {
        await Kustomize.RequireAsync();
        var stacks =
            from overlay in overlays
            from engine in Stack.Engines
            from set in extras
            select new Stack(overlay, string.Join(' ', [.. set, engine]).Trim());
        await Parallel.ForEachAsync(stacks, async (stack, _) => Check(stack, await Manifests.OfAsync(stack)));
    }

    private static void Check(Stack stack, Manifests manifests)
    {
        bool Has(string component) => stack.Components.Split(' ').Contains(component);
        var names = manifests.All.Select(o => (o.ApiVersion, o.Kind, o.Metadata.NamespaceProperty, o.Metadata.Name)).ToList();
        Assert.Equal(names.Distinct(), names);
        var worker = manifests.Worker;
        Assert.Equal(Has("gpu") || stack.Overlay == "gpu", worker.Container.Resources.Limits.ContainsKey(Gpu));
        Assert.Equal(Has("data"), worker.Container.VolumeMounts.Any(m => m.MountPath == "/data"));
        foreach (var workload in new[] { manifests.Coordinator, worker })
        {
            Assert.Equal(Has("tls"), workload.Container.VolumeMounts.Any(m => m.MountPath == "/tls"));
            Assert.Equal(Has("openshift"), workload.Pod.SecurityContext.RunAsUser is null);
            Assert.Equal(workload.Pod.Volumes.Select(v => v.Name).Order(), workload.Container.VolumeMounts.Select(m => m.Name).Order());
            Assert.Distinct((workload.Container.Env ?? []).Select(e => e.Name));
            workload.Variables(manifests, 0);
        }

        Assert.Equal(!Has("jobset") && !Has("kueue") && !Has("trainer"), manifests.Of<V1Job>().Any());
    }
}
