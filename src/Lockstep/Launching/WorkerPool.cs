using System.Threading.Channels;
using Lockstep.Hosting;
using Lockstep.Hosting.Services;
using Lockstep.Protocol.V1;
using Lockstep.Torch.Devices;

namespace Lockstep.Launching;

/// <summary>
/// The worker processes of a run on this machine, those that stand by among them; a lost one is replaced as long as restarts are left.
/// Where one that stands by takes the lost one's slot, the replacement starts once the run is under way again: two cores recover faster
/// alone.
/// </summary>
internal sealed class WorkerPool(TrainRequest request, Announcement coordinator, string token, string logs) : IAsyncDisposable
{
    // beyond the time in which the coordinator comes back or is given up
    private static readonly TimeSpan Margin = TimeSpan.FromSeconds(30);

    private const string Visible = "CUDA_VISIBLE_DEVICES",
        Workspace = "CUBLAS_WORKSPACE_CONFIG",
        Fault = "ALEXNET_FAULT";

    private readonly List<ChildProcess> _all = [];
    private readonly List<ChildProcess> _outside = []; // those whose end the coordinator would not hear of
    private readonly List<ChildProcess> _lost = [];
    private readonly HashSet<string> _loaded = []; // names of those that can take a slot at once
    private HashSet<string> _members = []; // names of those in the slots of the last generation
    private readonly Channel<string> _said = Channel.CreateUnbounded<string>();
    private int _owed; // replacements still to be started

    /// <summary>What the programs of the workers write to their standard output, each line with its worker's name.</summary>
    public ChannelReader<string> Said => _said.Reader;

    /// <summary>Completes when a worker has ended that had not joined.</summary>
    public Task AnyOutsideEnded => _outside.Count > 0 ? Task.WhenAny(_outside.Select(w => w.Ended)) : Task.Delay(Timeout.Infinite);

    public Task AllEnded => Task.WhenAll(_all.Select(w => w.Ended));

    /// <summary>Names of those that have ended.</summary>
    public IEnumerable<string> Gone => _all.Where(w => w.HasEnded).Select(w => w.Name);

    public void StartAll()
    {
        for (int i = 0; i < request.Topology.Workers + request.Spares; i++)
            Start();
    }

    /// <summary>The coordinator tells of the run: a worker that is lost to it gets no second chance, and a replacement.</summary>
    public void Heard(RunEvent entry)
    {
        if (entry.Worker is { } worker)
            Heard(worker);
        if ((entry.Started?.Members ?? entry.Generation?.Members) is { } members)
            _members = [.. members.Select(m => m.WorkerId)];
        if (entry.Step is not null)
            StartOwed();
    }

    /// <exception cref="ProcessFailedException">One has ended that had not joined, and no restart is left, or no worker has joined
    /// yet.</exception>
    public void ReplaceThoseThatNeverJoined()
    {
        foreach (var dead in _outside.Where(w => w.HasEnded).ToList())
        {
            _outside.Remove(dead);
            if (_lost.Count == 0 || _lost.Count >= request.MostRestarts)
            {
                throw new ProcessFailedException(
                    $"Worker {dead.Name}, process {dead.Id}, {dead.HowEnded()} before it joined: {dead.LastWords()}",
                    dead.FailureCode
                );
            }

            Replace(dead);
        }
    }

    /// <summary>What only the parent of a process knows: the signal that ended it.</summary>
    public async Task<string> CausesAsync(TimeSpan patience, CancellationToken cancellation)
    {
        Task anyEnd = Task.WhenAny(_all.Select(w => w.Ended));
        await anyEnd.WaitAsync(patience, cancellation).ConfigureAwait(ConfigureAwaitOptions.SuppressThrowing);
        var killed = _all.Where(w => w.HasEnded && w.WasKilled).Select(w => $" Process {w.Id} (worker {w.Name}) {w.HowEnded()}.");
        return string.Concat(killed.Distinct());
    }

    public async ValueTask DisposeAsync() => await Task.WhenAll(_all.Select(child => child.DisposeAsync().AsTask()).ToList());

    private void Heard(WorkerChanged worker)
    {
        if (worker.Stage == WorkerChanged.Types.Stage.Joined)
            _outside.RemoveAll(w => w.Name == worker.WorkerId);
        if (worker.Stage == WorkerChanged.Types.Stage.Loaded)
            _loaded.Add(worker.WorkerId);
        if (
            worker.Stage is WorkerChanged.Types.Stage.Lost or WorkerChanged.Types.Stage.Failed
            && _all.Find(w => w.Name == worker.WorkerId) is { } child
            && !_lost.Contains(child)
        )
        {
            Replace(child);
        }
    }

    private void Replace(ChildProcess child)
    {
        _lost.Add(child);
        if (_lost.Count > request.MostRestarts)
            return; // the run ends, and how this one ended is its cause
        child.Kill();
        _owed++;
        string[] lost = [.. _lost.Select(w => w.Name)];
        if (_members.Intersect(lost).Count() > _loaded.Except(_members).Except(lost).Count())
            StartOwed(); // nobody stands by for it
    }

    private void StartOwed()
    {
        for (; _owed > 0; _owed--)
            Start();
    }

    private void Start()
    {
        int number = _all.Count;
        var environment = new Dictionary<string, string>(request.Certificates?.Worker.Variables ?? [])
        {
            [Settings.VariableOf("token")] = token,
            ["OMP_NUM_THREADS"] = $"{request.Threads}",
            ["MKL_NUM_THREADS"] = $"{request.Threads}",
        };
        if (GpuOf(number) is { } gpu)
            environment[Visible] = gpu;
        if (request.Gpu.Deterministic)
            environment[Workspace] = ":4096:8"; // cuBLAS reads it when it starts, and repeats its bits with nothing else
        if (Environment.GetEnvironmentVariable(Fault) is { } fault)
            environment[Fault] = fault;
        try
        {
            string name = $"w{number}";
            var child = ChildProcess.Start(name, request.Programs.Worker, Arguments(number), environment, logs, Say);
            void Say(string line) => _said.Writer.TryWrite($"{name}: {line}");
            _all.Add(child);
            _outside.Add(child);
        }
        catch (ProcessFailedException e)
        {
            throw new ProcessFailedException($"Worker w{number} could not be started: {e.Message}", e.ExitCode);
        }
    }

    private List<string> Arguments(int number)
    {
        var arguments = new List<string>
        {
            "--coordinator",
            coordinator.Grpc,
            "--worker-id",
            $"w{number}",
            "--supervised",
            "true",
            "--run-dir",
            request.RunDirectory,
            "--threads",
            $"{request.Threads}",
            "--device",
            request.Device,
            "--transport",
            request.Transport,
            "--connect-timeout",
            FormattableString.Invariant($"{(StartPolicy.Bound(request.StartTimeout) + Margin).TotalSeconds}"),
            "--http-listen",
            $"127.0.0.1:{(request.MetricsPort == 0 ? 0 : request.MetricsPort + 1 + number)}",
        };
        arguments.AddRange(GpuSettings.Of(request.Gpu));
        if (request.DumpSteps is { } steps)
            arguments.AddRange(["--dump-steps", steps]);
        return arguments;
    }

    /// <summary>One GPU for each worker, in turn, unless the user has said which; null where the driver shows none.</summary>
    private static string? GpuOf(int number)
    {
        int gpus = DeviceChoice.ShownByDriver;
        return gpus == 0 || Environment.GetEnvironmentVariable(Visible) is not null ? null : $"{number % gpus}";
    }
}
