using System.Security.Cryptography;
using AlexNet.Testing;

namespace Cluster.Tests.Slurm;

/// <summary>
/// A cluster of Slurm's own programs whose one node is this machine, with its configuration, key, sockets and state in a temporary folder.
/// A job in the partition <c>urgent</c> preempts one in the partition <c>patient</c>, which goes back to the queue.
/// </summary>
internal sealed class SlurmCluster : IAsyncDisposable
{
    private const int KeyBytes = 128;

    private static readonly string[] Final = ["COMPLETED", "FAILED", "CANCELLED", "TIMEOUT", "NODE_FAIL", "OUT_OF_MEMORY"];

    private static readonly TimeSpan StartTimeout = TimeSpan.FromSeconds(60);

    private readonly TemporaryFolder _folder = new();
    private readonly List<ProgramProcess> _servers = [];
    private readonly Dictionary<string, string?> _environment;

    private SlurmCluster() => _environment = new() { ["SLURM_CONF"] = _folder["slurm.conf"] };

    /// <summary>Where jobs are submitted from; their logs are in it.</summary>
    public string Directory => _folder.Path;

    public string this[string name] => _folder[name];

    /// <summary>Starts it, and waits until its node takes jobs.</summary>
    public static async Task<SlurmCluster> StartAsync()
    {
        var cluster = new SlurmCluster();
        try
        {
            await cluster.BeginAsync();
            return cluster;
        }
        catch
        {
            await cluster.DisposeAsync();
            throw;
        }
    }

    /// <summary>Submits a script, with settings in its environment; returns the job's number.</summary>
    public async Task<string> SubmitAsync(IEnumerable<KeyValuePair<string, string?>> environment, params IEnumerable<string> arguments)
    {
        var answer = await SlurmCommand.AskAsync("sbatch", ["--parsable", .. arguments], _environment.Concat(environment), Directory);
        return Assert.Single(answer);
    }

    /// <summary>Asks the cluster for something, such as <c>scontrol requeue 7</c>.</summary>
    public Task<IReadOnlyList<string>> AskAsync(string program, params IEnumerable<string> arguments) =>
        SlurmCommand.AskAsync(program, arguments, _environment, Directory);

    /// <summary>What Slurm says of a job: <c>JobState</c>, <c>Restarts</c>, <c>ExitCode</c> and so on.</summary>
    public async Task<IReadOnlyDictionary<string, string>> JobAsync(string job)
    {
        var lines = await AskAsync("scontrol", "--oneliner", "show", "job", job);
        return Assert
            .Single(lines)
            .Split(' ', StringSplitOptions.RemoveEmptyEntries)
            .Select(field => field.Split('=', 2))
            .Where(field => field.Length == 2)
            .DistinctBy(field => field[0])
            .ToDictionary(field => field[0], field => field[1]);
    }

    /// <summary>Returns once a job is in a state and has been started again so many times.</summary>
    public Task WaitForJobAsync(string job, string state, int restarts, TimeSpan deadline) =>
        Polling.UntilAsync(
            async () =>
            {
                var found = await JobAsync(job);
                Assert.False(
                    Final.Except([state]).Contains(found["JobState"]),
                    $"job {job} is {found["JobState"]}, and will never be {state}. It wrote: {LogOf(job)}"
                );
                return found["JobState"] == state && found["Restarts"] == $"{restarts}";
            },
            async () =>
                $"job {job} is not {state} with {restarts} restarts, but "
                + $"{string.Join(' ', (await JobAsync(job)).Select(f => $"{f.Key}={f.Value}"))}. It wrote: {LogOf(job)}",
            deadline
        );

    /// <summary>What a job has written.</summary>
    public string LogOf(string job) =>
        File.Exists(_folder[$"alexnet-{job}.log"]) ? File.ReadAllText(_folder[$"alexnet-{job}.log"]) : "nothing";

    public async ValueTask DisposeAsync()
    {
        await EndJobsAsync();
        foreach (var server in Enumerable.Reverse(_servers))
            await server.DisposeAsync();
        _folder.Dispose();
    }

    /// <summary>Jobs have processes of their own, which outlive the servers.</summary>
    private async Task EndJobsAsync()
    {
        try
        {
            foreach (string job in (await AskAsync("squeue", "--noheader", "--format=%A")).Where(line => line.Length > 0))
                await AskAsync("scancel", "--full", "--signal=KILL", job.Trim());
        }
        catch (InvalidOperationException)
        {
            // the controller never came up, and so no job
        }
    }

    private async Task BeginAsync()
    {
        await File.WriteAllBytesAsync(_folder["munge.key"], RandomNumberGenerator.GetBytes(KeyBytes));
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(_folder["munge.key"], UnixFileMode.UserRead | UnixFileMode.UserWrite); // munged takes no other
        Start(
            "munged",
            "--foreground",
            "--force",
            "--key-file",
            _folder["munge.key"],
            "--socket",
            _folder["munge.socket"],
            "--pid-file",
            _folder["munge.pid"],
            "--seed-file",
            _folder["munge.seed"],
            "--log-file",
            _folder["munge-server.txt"]
        );
        await Polling.UntilAsync(
            () => Task.FromResult(File.Exists(_folder["munge.socket"])),
            () => Task.FromResult($"munged has no socket: {_servers[0].Error}"),
            StartTimeout
        );

        System.IO.Directory.CreateDirectory(_folder["state"]);
        System.IO.Directory.CreateDirectory(_folder["spool"]);
        await File.WriteAllTextAsync(_folder["slurm.conf"], Configuration());
        Start("slurmctld", "-D", "-f", _folder["slurm.conf"]);
        Start("slurmd", "-D", "-f", _folder["slurm.conf"], "-N", "localhost");
        await Polling.UntilAsync(
            NodeIsIdleAsync,
            () => Task.FromResult($"the node takes no jobs.{string.Concat(_servers.Select(s => $"\n{s.Error}"))}"),
            StartTimeout
        );
    }

    private void Start(string program, params IEnumerable<string> arguments) =>
        _servers.Add(ProgramProcess.Start(SlurmCommand.PathOf(program), arguments, _environment, Directory));

    private async Task<bool> NodeIsIdleAsync()
    {
        if (_servers.FirstOrDefault(s => s.HasExited) is { } dead)
            throw new InvalidOperationException($"a server of Slurm ended: {dead.Error}");
        try
        {
            return (await AskAsync("scontrol", "show", "node", "localhost")).Any(line =>
                line.Contains("State=IDLE", StringComparison.Ordinal)
            );
        }
        catch (InvalidOperationException)
        {
            return false; // the controller is starting
        }
    }

    // proctrack/pgid and task/none need no cgroups; credentials are short-lived, because a job waits that long before it starts again
    private string Configuration() =>
        $"""
            ClusterName=alexnet
            SlurmctldHost={Environment.MachineName}(127.0.0.1)
            SlurmctldPort={FreePorts.Free()}
            SlurmdPort={FreePorts.Free()}
            SlurmUser={Environment.UserName}
            SlurmdUser={Environment.UserName}
            AuthType=auth/munge
            AuthInfo=socket={_folder["munge.socket"]},cred_expire=5
            CredType=cred/munge
            StateSaveLocation={_folder["state"]}
            SlurmdSpoolDir={_folder["spool"]}
            SlurmctldPidFile={_folder["slurmctld.pid"]}
            SlurmdPidFile={_folder["slurmd.pid"]}
            ProctrackType=proctrack/pgid
            TaskPlugin=task/none
            MpiDefault=none
            AccountingStorageType=accounting_storage/none
            JobAcctGatherType=jobacct_gather/none
            SelectType=select/linear
            SchedulerType=sched/backfill
            SchedulerParameters=bf_interval=1,sched_interval=1,sched_min_interval=0
            SlurmdParameters=config_overrides
            PreemptType=preempt/partition_prio
            PreemptMode=REQUEUE
            KillWait=30
            MinJobAge=300
            ReturnToService=2
            NodeName=localhost NodeAddr=127.0.0.1 NodeHostname={Environment.MachineName} CPUs=2 State=UNKNOWN
            PartitionName=patient Nodes=localhost Default=YES PriorityTier=1 PreemptMode=REQUEUE GraceTime=60 MaxTime=INFINITE State=UP
            PartitionName=urgent Nodes=localhost PriorityTier=2 PreemptMode=OFF MaxTime=INFINITE State=UP

            """;
}
