using System.Diagnostics;

namespace Lockstep.Transport.Tests.Cluster;

/// <summary>Workers that are processes of their own and do nothing but all-reduce.</summary>
internal sealed class PeerProcesses : IAsyncDisposable
{
    private readonly List<Process> _processes = [];

    public static async Task<PeerProcesses> StartAsync(int size, int floats, int steps, int deadlineSeconds, string transport = "grpc")
    {
        PeerProcesses workers = new();
        string program = Path.Combine(AppContext.BaseDirectory, "Lockstep.Transport.TestPeer.dll");
        for (int rank = 0; rank < size; rank++)
        {
            ProcessStartInfo start = new("dotnet", [program, $"{rank}", $"{floats}", $"{steps}", $"{deadlineSeconds}", transport])
            {
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
            };
            workers._processes.Add(Process.Start(start) ?? throw new InvalidOperationException($"'{program}' was not started"));
        }

        List<string> addresses = [];
        for (int rank = 0; rank < size; rank++)
        {
            string line = await workers.ReadUntilAsync(rank, "port ");
            addresses.Add($"http://127.0.0.1:{line["port ".Length..]}");
        }

        foreach (var process in workers._processes)
        {
            await process.StandardInput.WriteLineAsync(string.Join(' ', addresses));
            await process.StandardInput.FlushAsync();
        }

        return workers;
    }

    /// <summary>The next line of a worker that begins so.</summary>
    public async Task<string> ReadUntilAsync(int rank, string prefix)
    {
        List<string> seen = [];
        while (await _processes[rank].StandardOutput.ReadLineAsync() is { } line)
        {
            if (line.StartsWith(prefix, StringComparison.Ordinal))
            {
                return line;
            }

            seen.Add(line);
        }

        throw new InvalidOperationException($"worker {rank} ended without '{prefix}': {string.Join(" | ", seen.TakeLast(5))}");
    }

    /// <summary>SIGKILL: the process gets no chance to say anything.</summary>
    public void Kill(int rank) => _processes[rank].Kill();

    public async ValueTask DisposeAsync()
    {
        foreach (var process in _processes)
        {
            process.Kill();
            await process.WaitForExitAsync();
            process.Dispose();
        }
    }
}
