using AlexNet.Testing;

namespace Deployment.Tests.Images;

/// <summary>
/// Does outside a container what building an image does in it: copies what the Dockerfile copies, and runs its commands as written.
/// </summary>
public sealed class DockerBuild : IDisposable
{
    private static readonly TimeSpan PublishTimeout = TimeSpan.FromMinutes(10);

    private readonly Dockerfile _dockerfile = Dockerfile.Read();
    private readonly TemporaryFolder _folder = new();

    /// <summary>
    /// The folder that stands for the build stages' working directory; nothing of the repository is in it but what they copy.
    /// </summary>
    public string Source => _folder.Path;

    internal Dockerfile Dockerfile => _dockerfile;

    /// <summary>Builds the stage that a target copies its programs from; returns the folder with them.</summary>
    internal async Task<string> PublishAsync(string target)
    {
        string stage = "build-" + target,
            image = _dockerfile[stage].Image;
        foreach (string path in _dockerfile[image].CopiedPaths)
            Copy(Checkout.PathOf(path), Path.Combine(Source, path));
        string command = Assert.Single(_dockerfile[stage].Commands);
        // the packages of this machine serve as those of the build cache; the variable's own value is a path of the container
        await using var shell = ProgramProcess.Start("sh", ["-ec", command], [new("ALEXNET_LONG_TESTS", null)], Source);
        await shell.SucceedAsync(PublishTimeout);
        return Path.Combine(Source, "out", target);
    }

    public void Dispose() => _folder.Dispose();

    private static void Copy(string from, string to)
    {
        if (File.Exists(from))
        {
            File.Copy(from, to, overwrite: true);
            return;
        }
        Directory.CreateDirectory(to);
        // as .dockerignore says
        foreach (string entry in Directory.GetFileSystemEntries(from).Where(e => Path.GetFileName(e) is not ("bin" or "obj")))
            Copy(entry, Path.Combine(to, Path.GetFileName(entry)));
    }
}
