using System.Text.Json;
using AlexNet.Testing;

namespace Deployment.Tests.Kubernetes;

/// <summary><c>kubectl kustomize</c>, which makes manifests of an overlay without asking a cluster.</summary>
internal static class Kustomize
{
    private const string Program = "kubectl";
    private const int LeastMajor = 5; // kubectl 1.27; Debian's own kubectl 1.20 has kustomize 2, which knows no components

    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(1);
    private static readonly Lazy<Task<string?>> WhyMissing = new(FindWhyMissingAsync);

    /// <summary>Skips the test that calls it where there is no kubectl that can do it.</summary>
    public static async Task RequireAsync() => Assert.SkipWhen(await WhyMissing.Value is not null, (await WhyMissing.Value) ?? "");

    /// <summary>The manifests of a folder with a kustomization, as YAML.</summary>
    public static async Task<string> BuildAsync(string folder)
    {
        await using var kubectl = ProgramProcess.Start(Program, ["kustomize", folder]);
        await kubectl.SucceedAsync(Deadline);
        return string.Join('\n', kubectl.Output);
    }

    private static async Task<string?> FindWhyMissingAsync()
    {
        if (InstalledProgram.Find(Program) is null)
            return $"needs {Program} 1.27 or newer.";

        await using var kubectl = ProgramProcess.Start(Program, ["version", "--client", "--output=json"]);
        await kubectl.SucceedAsync(Deadline);
        string found = JsonElement.Parse(string.Concat(kubectl.Output)).TryGetProperty("kustomizeVersion", out var version)
            ? version.GetString() ?? ""
            : "";
        return int.TryParse(found.TrimStart('v').Split('.')[0], out int major) && major >= LeastMajor
            ? null
            : $"needs {Program} 1.27 or newer, with kustomize {LeastMajor}; kustomize '{found}' was found.";
    }
}
