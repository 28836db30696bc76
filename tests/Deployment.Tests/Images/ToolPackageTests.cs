using System.IO.Compression;
using System.Text.Json;
using System.Text.RegularExpressions;
using AlexNet.Testing;

namespace Deployment.Tests.Images;

/// <summary>The .NET tool, packed and installed as the release does it: how large it is, what is in it, and that it trains.</summary>
public sealed partial class ToolPackageTests(ITestOutputHelper log) : IDisposable
{
    private const long PackageLimit = 130_000_000, // bytes
        LargeFile = 1_000_000;
    private const string Native = "tools/net10.0/any/runtimes/linux-x64/native/";

    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(15);
    private static readonly ReleaseWorkflow Workflow = new();
    private static readonly KeyValuePair<string, string?>[] Variables =
    [
        new("GITHUB_REF_NAME", "v0.0.1-test"),
        new("ALEXNET_LONG_TESTS", null),
    ];

    /// <summary>Why each file over 1 MB is in the package.</summary>
    private static readonly Dictionary<string, string> Reasons = new()
    {
        [Native + "libtorch_cpu.so"] = "libtorch: every tensor of a training",
        [Native + "libc10.so"] = "what libtorch_cpu is linked against",
        [Native + "libLibTorchSharp.so"] = "TorchSharp's way from .NET into libtorch",
        [Native + "libSkiaSharp.so"] = "decodes photos, and draws the pictures of a run",
        [Native + "libHarfBuzzSharp.so"] = "shapes the text in these pictures; ScottPlot's package asks for it",
        [Native + "libe_sqlite3.so"] = "SQLite: the coordinator's ledger",
        ["tools/net10.0/any/TorchSharp.dll"] = "libtorch's functions for .NET",
        ["tools/net10.0/any/ScottPlot.dll"] = "draws learning curves and confusion matrices",
        ["tools/net10.0/any/AWSSDK.Core.dll"] = "signs and repeats the requests to object storage",
        ["tools/net10.0/any/AWSSDK.S3.dll"] = "runs and packed data in object storage",
        ["tools/net10.0/any/Lockstep.dll"] = "launcher, commands and views, and the typeface of pictures",
    };

    private readonly TemporaryFolder _folder = new();

    [Fact]
    public async Task Tool_PackedAndInstalledAsReleased_IsSmallHoldsWhatItNeedsAndTrains()
    {
        LongTests.Require();
        await PackAsync();
        string path = Assert.Single(Directory.GetFiles(_folder["packages"], "AlexNetDistributed.*.nupkg"));
        log.WriteLine($"{Path.GetFileName(path)}: {new FileInfo(path).Length:N0} bytes");
        Assert.InRange(new FileInfo(path).Length, 1, PackageLimit);
        AssertContent(path);

        await using (var shell = Shell(Workflow.Commands("tool", "Install and try"), _folder.Path))
        {
            await shell.SucceedAsync(Deadline);
            Assert.Contains(shell.Output, line => line.Contains("imagenet-2012", StringComparison.Ordinal));
        }

        // the name alone, from the PATH, as README says
        const string train =
            "alexnet train --run-dir run --steps 3 --set data.generated.train=256 --set data.generated.test=64 --threads 1";
        await using (var shell = Shell($"export PATH=$PWD/tool:$PATH; {train} --output json", _folder.Path))
        {
            await shell.SucceedAsync(Deadline);
            Assert.Equal("finished", JsonElement.Parse(shell.Output[^1]).GetProperty("event").GetString());
        }
        Assert.NotEmpty(Directory.GetFiles(_folder["run"], "*.png")); // pictures with text

        await using (var shell = Shell("tool/alexnet checkpoints export run --format onnx --out net.onnx", _folder.Path))
            await shell.SucceedAsync(Deadline);
        Assert.True(new FileInfo(_folder["net.onnx"]).Length > 4 * 483_530);
    }

    [Fact]
    public async Task Readme_OfACloneThatKnowsItsRemote_HasLinksIntoIt()
    {
        string[] properties =
        [
            "-p:RepositoryUrl=https://github.com/nobody/alexnet.git",
            "-p:SourceRevisionId=abc",
            $"-p:PackedReadme={_folder["README.md"]}",
        ];
        await using var build = ProgramProcess.Start(
            "dotnet",
            ["msbuild", "src/AlexNet.Cli", "-nologo", "-t:PackReadme", .. properties],
            null,
            Checkout.Root
        );
        await build.SucceedAsync(Deadline);
        string page = await File.ReadAllTextAsync(_folder["README.md"], TestContext.Current.CancellationToken);
        Assert.Contains("(https://github.com/nobody/alexnet/blob/abc/docs/layouts.md)", page, StringComparison.Ordinal);
        Assert.Contains("](https://github.com/nobody/alexnet/raw/abc/docs/two-towers.svg)", page, StringComparison.Ordinal);
        AssertLinksAreAbsolute(page);
        // commands are as they were
        Assert.Contains("$(python3 -c \"import torch; print(torch.__path__[0])\")", page, StringComparison.Ordinal);
    }

    public void Dispose() => _folder.Dispose();

    private async Task PackAsync()
    {
        // the package is written to a folder of the test's, everything else is as released
        string pack = Workflow
            .Commands("tool", "Pack")
            .Split('\n')
            .Where(line =>
                !line.Contains("dotnet pack", StringComparison.Ordinal) || line.Contains("AlexNet.Cli", StringComparison.Ordinal)
            )
            .Aggregate("", (all, line) => $"{all}{line}\n")
            .Replace("--output packages", $"--output {_folder["packages"]}", StringComparison.Ordinal);
        await using var shell = Shell(pack, Checkout.Root);
        await shell.SucceedAsync(Deadline);
    }

    private static void AssertContent(string path)
    {
        using var package = ZipFile.OpenRead(path);
        var large = package.Entries.Where(e => e.Length > LargeFile).Select(e => e.FullName);
        Assert.Equal(Reasons.Keys.Order(StringComparer.Ordinal), large.Order(StringComparer.Ordinal));
        Assert.All(package.Entries.Where(e => e.FullName.Contains("/runtimes/", StringComparison.Ordinal)), entry =>
            Assert.Matches("/runtimes/(linux-x64|any|linux|unix)/", entry.FullName)
        );
        using var readme = new StreamReader(package.GetEntry("README.md")?.Open() ?? Stream.Null);
        string page = readme.ReadToEnd();
        Assert.Contains("dotnet tool install", page, StringComparison.Ordinal);
        AssertLinksAreAbsolute(page);
    }

    private static void AssertLinksAreAbsolute(string page) =>
        Assert.All(Link().Matches(page), link => Assert.StartsWith("https://", link.Groups[1].Value, StringComparison.Ordinal));

    private static ProgramProcess Shell(string commands, string directory) =>
        ProgramProcess.Start("bash", ["-euo", "pipefail", "-c", commands], Variables, directory);

    [GeneratedRegex(@"\]\(([^)#][^)]*)\)")]
    private static partial Regex Link();
}
