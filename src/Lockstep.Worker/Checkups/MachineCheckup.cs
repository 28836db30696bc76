using System.Diagnostics;
using Lockstep.Core.Machines;
using Lockstep.Storage.Files;
using Lockstep.Torch.Devices;

namespace Lockstep.Worker.Checkups;

/// <summary>What a worker finds of its machine, within two seconds, while its data are read.</summary>
internal static class MachineCheckup
{
    private const int ChunkBytes = 1 << 20,
        MostChunks = 16;
    private static readonly TimeSpan DiskTime = TimeSpan.FromSeconds(0.5), // of writing; the flush comes on top
        Patience = TimeSpan.FromSeconds(1.5);

    /// <summary>Looks at the machine.</summary>
    /// <param name="runDirectory">The run's, for its disk; null for none.</param>
    /// <param name="workerId">Names its file there.</param>
    /// <param name="isKnown">Another worker of this machine was looked at in this run: only what takes no time is measured.</param>
    public static async Task<Checkup> RunAsync(string? runDirectory, string workerId, bool isKnown)
    {
        double? speed = runDirectory is null || isKnown ? null : await DiskSpeedAsync(runDirectory, workerId).ConfigureAwait(false);
        return new Checkup { FreeMemory = MachineMemory.Free, DiskSpeed = speed };
    }

    /// <summary>A disk that answers too late is as slow as what it has taken until then.</summary>
    private static async Task<double?> DiskSpeedAsync(string runDirectory, string workerId)
    {
        long written = 0,
            begun = Stopwatch.GetTimestamp();
        var writing = Task.Run(() => Write(Path.Combine(runDirectory, $".checkup-{Uri.EscapeDataString(workerId)}"), begun, ref written));
        await Task.WhenAny(writing, Task.Delay(Patience)).ConfigureAwait(false);
        double? seconds = writing is { IsCompletedSuccessfully: true, Result: var taken }
            ? taken
            : Stopwatch.GetElapsedTime(begun).TotalSeconds;
        return Interlocked.Read(ref written) / seconds;
    }

    /// <summary>Writes for a while, and flushes; returns the seconds that took, null where it cannot be written.</summary>
    private static double? Write(string path, long begun, ref long written)
    {
        try
        {
            byte[] chunk = new byte[ChunkBytes];
            Random.Shared.NextBytes(chunk);
            using var file = new FileStream(
                InputFile.Require(path),
                new FileStreamOptions
                {
                    Mode = FileMode.Create,
                    Access = FileAccess.Write,
                    BufferSize = 0,
                    Options = FileOptions.DeleteOnClose,
                }
            );
            for (int i = 0; i < MostChunks && Stopwatch.GetElapsedTime(begun) < DiskTime; i++)
            {
                file.Write(chunk);
                Interlocked.Add(ref written, chunk.Length);
            }
            file.Flush(flushToDisk: true);
            return Stopwatch.GetElapsedTime(begun).TotalSeconds;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or Core.Errors.BadInputException)
        {
            return null; // where checkpoints are written, that is told with its remedy
        }
    }
}
