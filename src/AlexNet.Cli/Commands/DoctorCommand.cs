using System.CommandLine;
using System.Net;
using System.Net.Sockets;
using System.Runtime.InteropServices;
using AlexNet.Cli.Views.Terminals;
using Lockstep.Core.Errors;
using Lockstep.Native;
using Lockstep.Torch.Devices;
using Lockstep.Transport.Nccl;
using Spectre.Console;
using TorchSharp;

namespace AlexNet.Cli.Commands;

/// <summary><c>alexnet doctor</c>: what this machine offers a run, and what is wrong with it.</summary>
internal static class DoctorCommand
{
    private const double Gibi = 1L << 30;

    public static Command Create()
    {
        var command = new Command(
            "doctor",
            "Reports what this machine offers: native library, devices, memory, ports, shared memory, disk."
        );
        command.SetAction(_ => Run());
        return command;
    }

    private static int Run()
    {
        var table = new FittedTable("what", "good", new FittedColumn("found", IsProse: true));
        bool healthy = true;
        foreach (var (what, find) in Checks())
        {
            var (found, good) = Try(find);
            healthy &= good;
            table.AddRow(what, good ? "yes" : new FittedCell("NO", Color.Red), found);
        }
        AnsiConsole.Write(table);
        return healthy ? ExitCodes.Done : ExitCodes.Failed;
    }

    private static IEnumerable<(string What, Func<(string, bool)> Find)> Checks() =>
        [
            ("system", () => ($"{RuntimeInformation.OSDescription}, {RuntimeInformation.FrameworkDescription}", true)),
            ("native library", () => (Describe(NativeLibraries.Load()), true)),
            ("arithmetic", () => ($"2 + 3 = {torch.tensor(new[] { 2f, 3f }).sum().item<float>()}", true)),
            ("devices", DeviceChoice.Describe),
            ("switches for a GPU", DeviceChoice.DescribeSwitches),
            // nobody needs it but --transport nccl
            ("NCCL", () => (GpuLibraries.WhyUnavailable() is { } why ? $"not for this machine: {why}" : "can be used between GPUs", true)),
            ("cores", () => ($"{Environment.ProcessorCount}", true)),
            ("memory", () =>
                (
                    $"{GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / Gibi:0.0} GiB",
                    GC.GetGCMemoryInfo().TotalAvailableMemoryBytes > 2 * Gibi
                )
            ),
            ("allocator of workers", () => (AllocatorSettings.Value, true)),
            ("free port", FreePort),
            ("/dev/shm", () => ($"{Space("/dev/shm", 0.25).Text}; only NCCL uses it", true)),
            ("disk here", () => Space(Environment.CurrentDirectory, 2)),
        ];

    private static string Describe(NativeLibraryReport report) =>
        $"libtorch {report.LibtorchVersion} in {report.LibtorchDirectory}; {report.BridgePath}. {report.Reason}";

    private static (string, bool) FreePort()
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        return ($"127.0.0.1:{((IPEndPoint)listener.LocalEndpoint).Port} can be bound", true);
    }

    private static (string Text, bool IsEnough) Space(string directory, double requiredGibibytes)
    {
        if (!Directory.Exists(directory))
            return ($"{directory} is not there", false);
        var drive = new DriveInfo(directory);
        return (
            $"{drive.AvailableFreeSpace / Gibi:0.0} GiB free of {drive.TotalSize / Gibi:0.0}; {requiredGibibytes} wanted",
            drive.AvailableFreeSpace >= requiredGibibytes * Gibi
        );
    }

    private static (string, bool) Try(Func<(string, bool)> find)
    {
        try
        {
            return find();
        }
        catch (Exception e)
        {
            return (e.Message, false); // reporting it is what a doctor is for
        }
    }
}
