namespace Deployment.Tests.Images;

/// <summary>.github/workflows/release.yml, as much as the tests look at.</summary>
internal sealed class ReleaseWorkflow
{
    private readonly Dictionary<string, object> _jobs = Part(
        Yaml.Read<Dictionary<string, object>>(".github/workflows/release.yml")["jobs"]
    );

    /// <summary>The images that it builds: target of the Dockerfile, name, suffix of the tag.</summary>
    public IReadOnlyList<(string Target, string Image, string Suffix)> Images =>
        [
            .. ((IEnumerable<object>)Part(Part(Part(_jobs["images"])["strategy"])["matrix"])["include"])
                .Select(Part)
                .Select(i => ($"{i["target"]}", $"{i["image"]}", $"{i["suffix"]}")),
        ];

    /// <summary>The commands of a step.</summary>
    public string Commands(string job, string step)
    {
        var steps = ((IEnumerable<object>)Part(_jobs[job])["steps"]).Select(Part);
        return $"{steps.Single(s => s.TryGetValue("name", out object? name) && $"{name}" == step)["run"]}";
    }

    /// <summary>What a job waits for.</summary>
    public string Needs(string job) => $"{Part(_jobs[job])["needs"]}";

    private static Dictionary<string, object> Part(object value) =>
        ((Dictionary<object, object>)value).ToDictionary(e => $"{e.Key}", e => e.Value);
}
