using System.Diagnostics;
using System.Text.Json;
using Lockstep.Hosting;
using Lockstep.Hosting.Services;

namespace AlexNet.CoordinatorBenchmark;

/// <summary>A run whose checkpoints have 2 GB: the net of 2012 with a wider first fully connected layer, on two replicas.</summary>
internal sealed class LargeRun : IAsyncDisposable
{
    public const string Token = "secret";
    public const int StepsBetweenSaves = 20;
    private static readonly TimeSpan Look = TimeSpan.FromMilliseconds(20);

    private readonly string _programs,
        _directory;
    private readonly List<Process> _processes = [];
    private readonly List<Process> _workers = [];

    private LargeRun(string programs, string directory) => (_programs, _directory) = (programs, directory);

    public Uri Grpc { get; private set; } = new("http://localhost");

    public Uri Http { get; private set; } = new("http://localhost");

    public long CheckpointBytes { get; private set; }

    public static async Task<LargeRun> StartAsync(string programs, string directory)
    {
        var run = new LargeRun(programs, Path.Combine(directory, "run"));
        string[] recipe =
        [
            "data.kind=generated",
            "data.generated.train=4096",
            "data.generated.test=4",
            "net.layers.fc6.outputs=18432",
            "training.batch=4",
            "training.steps=1000",
            "layout.replicas=2",
            "layout.shards=1",
            "layout.factors=always",
            $"checkpoint.everySteps={StepsBetweenSaves}",
        ];
        var coordinator = run.Start(
            "AlexNet.Coordinator",
            ["--recipe", "imagenet-2012", "--set", string.Join(';', recipe), "--run-dir", run._directory, "--join-timeout", "600"]
        );
        while (await coordinator.StandardOutput.ReadLineAsync() is { } line)
        {
            if (Announcement.Parse(line) is { } told)
            {
                (run.Grpc, run.Http) = (new Uri(told.Grpc), new Uri(told.Http));
                run.StartWorkers();
                return run;
            }
        }

        throw new InvalidOperationException("the coordinator ended without telling where it listens.");
    }

    /// <summary>Returns once the run has recorded a step.</summary>
    public async Task StepAsync(long step)
    {
        while (LastStep() < step)
            await WaitAsync();
    }

    /// <summary>Returns once a checkpoint is published.</summary>
    public async Task SavedAsync()
    {
        string root = Path.Combine(_directory, "checkpoints");
        while (true)
        {
            if (Directory.Exists(root) && Directory.GetFiles(root, "manifest.json", SearchOption.AllDirectories) is [var manifest, ..])
            {
                CheckpointBytes = new DirectoryInfo(Path.GetDirectoryName(manifest) ?? root).GetFiles().Sum(f => f.Length);
                return;
            }

            await WaitAsync();
        }
    }

    /// <summary>Kills both workers and starts two in their place; returns once a further step is recorded.</summary>
    public async Task ReplaceWorkersAsync()
    {
        foreach (var worker in _workers)
            worker.Kill();
        _workers.Clear();
        long before = LastStep();
        StartWorkers();
        await StepAsync(before + 1);
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var process in _processes)
        {
            if (!process.HasExited)
                process.Kill(entireProcessTree: true);
            await process.WaitForExitAsync();
            process.Dispose();
        }
    }

    private void StartWorkers()
    {
        for (int i = 0; i < 2; i++)
        {
            string id = $"{_processes.Count}";
            _workers.Add(
                Start("AlexNet.Worker", ["--coordinator", Grpc.ToString(), "--worker-id", id, "--run-dir", _directory, "--threads", "1"])
            );
        }
    }

    private Process Start(string program, IEnumerable<string> arguments)
    {
        var start = new ProcessStartInfo(Path.Combine(_programs, program), arguments) { RedirectStandardOutput = true };
        start.Environment[Settings.VariableOf("token")] = Token;
        var process = Process.Start(start) ?? throw new InvalidOperationException($"{program} did not start.");
        _processes.Add(process);
        return process;
    }

    private async Task WaitAsync()
    {
        if (_processes[0].HasExited)
            throw new InvalidOperationException($"the coordinator ended with code {_processes[0].ExitCode}.");
        await Task.Delay(Look);
    }

    private long LastStep()
    {
        string metrics = Path.Combine(_directory, "metrics.jsonl");
        if (!File.Exists(metrics))
            return 0;
        using var reader = new StreamReader(new FileStream(metrics, FileMode.Open, FileAccess.Read, FileShare.ReadWrite));
        string[] lines = reader.ReadToEnd().Split('\n', StringSplitOptions.RemoveEmptyEntries);
        return lines.Length == 0 ? 0 : JsonElement.Parse(lines[^1]).GetProperty("step").GetInt64();
    }
}
