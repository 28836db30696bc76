using System.Diagnostics;

namespace AlexNet.CollectivesBenchmark;

/// <summary>The other processes of a run: the first starts them and tells all of them every address.</summary>
internal sealed class Siblings : IDisposable
{
    private readonly List<Process> _processes = [];

    /// <summary>Starts all but the first.</summary>
    public static Siblings Start(int size, string[] args)
    {
        Siblings siblings = new();
        for (int rank = 1; rank < size; rank++)
        {
            ProcessStartInfo start = new(Environment.ProcessPath ?? "dotnet")
            {
                RedirectStandardInput = true,
                RedirectStandardOutput = true,
            };
            if (Path.GetFileNameWithoutExtension(Environment.ProcessPath) == "dotnet")
            {
                start.ArgumentList.Add(typeof(Siblings).Assembly.Location);
            }

            Array.ForEach(args, start.ArgumentList.Add);
            start.ArgumentList.Add($"{rank}");
            siblings._processes.Add(Process.Start(start) ?? throw new InvalidOperationException("a process could not be started"));
        }

        return siblings;
    }

    /// <summary>Everybody's address, in rank order.</summary>
    public string[] Exchange(int rank, string own)
    {
        if (rank > 0)
        {
            Console.WriteLine(own);
            return (Console.ReadLine() ?? "").Split(' ');
        }

        string[] addresses = [own, .. _processes.Select(p => p.StandardOutput.ReadLine() ?? "")];
        foreach (var process in _processes)
        {
            process.StandardInput.WriteLine(string.Join(' ', addresses));
            process.StandardInput.Flush();
        }

        return addresses;
    }

    public void WaitForAll() => _processes.ForEach(p => p.WaitForExit());

    public void Dispose()
    {
        foreach (var process in _processes)
        {
            if (!process.HasExited)
            {
                process.Kill();
            }

            process.Dispose();
        }
    }
}
