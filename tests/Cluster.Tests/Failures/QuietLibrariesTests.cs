using AlexNet.Testing;
using Lockstep.Core.Errors;

namespace Cluster.Tests.Failures;

/// <summary>
/// What a native library prints by itself reaches nobody. The message of NNPACK, which comes on processors that it does not know, is
/// forced: libtorch finds a function of ours in the place of the one that looks at the processor. Needs a C compiler.
/// </summary>
public sealed class QuietLibrariesTests : IDisposable
{
    private const string UnknownProcessor = "int nnp_initialize(void) { return 51; }"; // nnp_status_unsupported_hardware

    private readonly TemporaryFolder _folder = new();

    [Fact]
    public async Task On_a_processor_that_NNPACK_does_not_know_neither_a_user_nor_a_log_hears_of_it()
    {
        LongTests.Require();
        var variables = new Dictionary<string, string?> { ["LD_PRELOAD"] = await ShimAsync() };
        await using (
            var alexnet = AlexnetProcess.TrainWith(
                _folder["run"],
                variables,
                ["quickstart", "--shards", "2", "--threads", "1", "--steps", "1", "--batch", "2", .. SmallRun.FewPictures]
            )
        )
        {
            await alexnet.FinishAsync(SmallRun.Deadline);
            Assert.Empty(alexnet.Error);
        }
        Assert.All(Directory.GetFiles(_folder["run/logs"]), log =>
            Assert.DoesNotContain("NNPACK", File.ReadAllText(log), StringComparison.Ordinal)
        );

        string picture = Path.Combine(Checkout.Root, "docs", "status-narrow-light.png");
        await using var predict = ProgramProcess.Start(ProgramProcess.Beside("alexnet"), ["predict", _folder["run"], picture], variables);
        Assert.Equal((ExitCodes.Done, ""), (await predict.ExitCodeAsync(SmallRun.Deadline), predict.Error));
    }

    public void Dispose() => _folder.Dispose();

    private async Task<string> ShimAsync()
    {
        await File.WriteAllTextAsync(_folder["shim.c"], UnknownProcessor, TestContext.Current.CancellationToken);
        try
        {
            await using var compiler = ProgramProcess.Start("cc", ["-shared", "-fPIC", "-o", _folder["shim.so"], _folder["shim.c"]]);
            await compiler.SucceedAsync(SmallRun.Deadline);
        }
        catch (System.ComponentModel.Win32Exception)
        {
            Assert.Skip("needs a C compiler (cc)");
        }
        return _folder["shim.so"];
    }
}
