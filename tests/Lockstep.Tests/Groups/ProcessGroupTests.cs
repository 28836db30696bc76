using AlexNet.Testing;
using Lockstep.Core.Errors;
using Lockstep.Groups;
using static TorchSharp.torch;

namespace Lockstep.Tests.Groups;

/// <summary>What the members of a group, each a process, come to have.</summary>
public sealed class ProcessGroupTests : IAsyncDisposable
{
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(1);

    private readonly List<ProgramProcess> _started = [];
    private readonly int _port = FreePorts.Free();

    [Fact]
    public async Task Sums_of_every_type_are_those_of_all_members()
    {
        var lines = await RunAsync("reduce");

        foreach (int rank in (int[])[0, 1])
        {
            foreach (string type in (string[])["Float32", "BFloat16", "Float64", "Int64"])
                Assert.Contains($"{rank} {type}: 3 6 9 12", lines);
            Assert.Contains($"{rank} transposed: 0 9 3 12 6 15", lines);
        }
    }

    [Fact]
    public async Task All_get_the_tensors_of_all()
    {
        var lines = await RunAsync("gather");
        Assert.All((int[])[0, 1], rank => Assert.Contains($"{rank} gather: 0 0 0 0 1 1 1 1", lines));
    }

    [Fact]
    public async Task All_get_the_tensor_of_one()
    {
        var lines = await RunAsync("broadcast");
        Assert.All((int[])[0, 1], rank => Assert.Contains($"{rank} broadcast: 1 1 1", lines));
    }

    /// <summary>2 and 4 for the weights; of the bias one member has 2, and the other none.</summary>
    [Fact]
    public async Task Gradients_become_their_mean_and_missing_ones_count_as_zeros()
    {
        var lines = await RunAsync("gradients");
        Assert.All((int[])[0, 1], rank =>
        {
            Assert.Contains($"{rank} weight: 3 3", lines);
            Assert.Contains($"{rank} bias: 1", lines);
        });
    }

    /// <summary>A group of one needs no process beside it.</summary>
    [Fact]
    public async Task Gradients_that_lie_transposed_keep_their_places()
    {
        await using var group = await ProcessGroup.JoinAsync(new GroupOptions(), cancellation: TestContext.Current.CancellationToken);
        using var net = nn.Linear(2, 3);
        net.weight.grad = arange(6, ScalarType.Float32).view(2, 3).t();
        group.AverageGradients(net);
        Assert.Equal([0f, 3, 1, 4, 2, 5], net.weight.grad?.contiguous().data<float>().ToArray() ?? []);
    }

    [Fact]
    public async Task Tensors_of_different_sizes_are_refused()
    {
        var group = Launch("lengths");
        Assert.Equal(ExitCodes.Failed, await group.ExitCodeAsync(Deadline));
        Assert.Contains("group operation 1", group.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_fault_of_one_ends_all_and_is_shown()
    {
        var group = Launch("throw");
        Assert.Equal(ExitCodes.Failed, await group.ExitCodeAsync(Deadline));
        Assert.Contains("a fault of the program", group.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_member_that_is_killed_is_named_by_the_others()
    {
        var (first, second) = (Member("wait", 0), Member("wait", 1));
        await second.WaitForLineAsync(l => l.Contains("pid", StringComparison.Ordinal), "its process", Deadline);
        second.Kill();

        Assert.Equal(ExitCodes.Failed, await first.ExitCodeAsync(Deadline));
        Assert.Contains($"process {second.Id}", first.Error, StringComparison.Ordinal);
    }

    [Fact]
    public async Task A_member_with_another_token_is_refused_and_the_others_say_who_is_missing()
    {
        var first = Member("wait", 0, timeout: 3);
        var second = Member("wait", 1, token: "another");

        Assert.Equal(ExitCodes.BadInput, await second.ExitCodeAsync(Deadline));
        Assert.Contains("ALEXNET_TOKEN", second.Error, StringComparison.Ordinal);
        Assert.Equal(ExitCodes.Failed, await first.ExitCodeAsync(Deadline));
        Assert.Contains("members of the group, 1 did not come", first.Error, StringComparison.Ordinal);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var process in _started)
            await process.DisposeAsync();
    }

    private async Task<IReadOnlyList<string>> RunAsync(string what)
    {
        var group = Launch(what);
        await group.SucceedAsync(Deadline);
        return group.Output;
    }

    /// <summary>The program starts both members itself.</summary>
    private ProgramProcess Launch(string what) => Start(what, []);

    /// <summary>One member, as a cluster's launcher would start it: with PyTorch's variables.</summary>
    private ProgramProcess Member(string what, int rank, string token = "secret", int timeout = 60) =>
        Start(
            what,
            new()
            {
                ["RANK"] = $"{rank}",
                ["WORLD_SIZE"] = "2",
                ["MASTER_ADDR"] = "127.0.0.1",
                ["MASTER_PORT"] = $"{_port}",
                ["ALEXNET_TOKEN"] = token,
                ["ALEXNET_JOIN_TIMEOUT"] = $"{timeout}",
            }
        );

    private ProgramProcess Start(string what, Dictionary<string, string?> environment)
    {
        var process = ProgramProcess.Start(ProgramProcess.Beside("Lockstep.TestMember"), [what], environment);
        _started.Add(process);
        return process;
    }
}
