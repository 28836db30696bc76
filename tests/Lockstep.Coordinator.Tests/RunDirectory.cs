using AlexNet.Testing;
using Lockstep.Hosting;

namespace Lockstep.Coordinator.Tests;

/// <summary>The directory of a run, and a coordinator's settings for it.</summary>
internal sealed class RunDirectory : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    public string Path => _folder["run"];

    public CoordinatorOptions Options(bool resume = false) =>
        CoordinatorOptions.From(
            new Settings(["--recipe", "plain", "--token", "secret", "--run-dir", Path, "--resume", resume ? "true" : "false"]),
            PlainRecipe.Reader
        );

    /// <summary>With one setting more.</summary>
    public CoordinatorOptions Options(string setting, string value) =>
        CoordinatorOptions.From(
            new Settings(["--recipe", "plain", "--token", "secret", "--run-dir", Path, setting, value]),
            PlainRecipe.Reader
        );

    public void Dispose() => _folder.Dispose();
}
