using AlexNet.Testing;
using Lockstep.Hosting.Services;
using Lockstep.Storage.Runs;

namespace Examples.Tests;

/// <summary>A run of the example: a coordinator and two workers, each a process of the example's program.</summary>
internal sealed class SpiralRun : IAsyncDisposable
{
    private const string Token = "secret";
    private static readonly TimeSpan Deadline = TimeSpan.FromMinutes(3);

    private readonly string _program,
        _directory,
        _address;
    private readonly ProgramProcess _coordinator;
    private readonly List<ProgramProcess> _workers = [];

    private SpiralRun(string program, string directory, ProgramProcess coordinator, string address) =>
        (_program, _directory, _coordinator, _address) = (program, directory, coordinator, address);

    /// <param name="program">The example's.</param>
    /// <param name="directory">The directory of the run.</param>
    public static async Task<SpiralRun> StartAsync(string program, string directory)
    {
        string recipe = directory + ".json";
        await using (var writing = ProgramProcess.Start(program, ["recipe", recipe]))
            await writing.SucceedAsync(Deadline);
        var coordinator = ProgramProcess.Start(program, ["coordinator", "--recipe", recipe, "--token", Token, "--run-dir", directory]);
        try
        {
            string line = await coordinator.WaitForLineAsync(l => Announcement.Parse(l) is not null, "its addresses", Deadline);
            return new(program, directory, coordinator, Announcement.Parse(line)?.Grpc ?? throw new InvalidOperationException(line));
        }
        catch
        {
            await coordinator.DisposeAsync();
            throw;
        }
    }

    public ProgramProcess Worker(string id)
    {
        var worker = ProgramProcess.Start(
            _program,
            ["worker", "--coordinator", _address, "--token", Token, "--worker-id", id, "--threads", "1", "--run-dir", _directory]
        );
        _workers.Add(worker);
        return worker;
    }

    /// <summary>Returns once the coordinator's log holds a text.</summary>
    public Task LogsAsync(string text) => _coordinator.WaitForErrorAsync(text, Deadline);

    /// <summary>What the run recorded, once it has ended in good order.</summary>
    public async Task<RunHistory> EndAsync()
    {
        await _coordinator.SucceedAsync(Deadline);
        return RunHistory.Read(_directory);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var process in _workers.Append(_coordinator))
            await process.DisposeAsync();
    }
}
