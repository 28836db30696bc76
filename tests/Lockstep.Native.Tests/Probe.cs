using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using System.Text.Json;
using Lockstep.Native.Libraries;
using TorchSharp;

namespace Lockstep.Native.Tests;

/// <summary>
/// Does something in a process of its own that changes the whole of it, or may end it, such as loading another libtorch. The test program
/// is started again, and with the probe's variable set it does this instead of running tests.
/// </summary>
internal static class Probe
{
    private const string Variable = "ALEXNET_TESTS_PROBE";

    /// <summary>What a process can be asked to do.</summary>
    private static readonly Dictionary<string, Func<string>> Tasks = new()
    {
        ["load"] = Load,
        ["allocator"] = TellAllocator,
        ["restart"] = TellRestart,
    };

    /// <summary>Exit code, standard output (the report as JSON) and standard error of a process that loads with these variables.</summary>
    public static Task<(int ExitCode, string Output, string Error)> Run(params (string Name, string? Value)[] environment) =>
        Run("load", environment);

    /// <summary>The same of a process that does one of the <see cref="Tasks"/>.</summary>
    public static async Task<(int ExitCode, string Output, string Error)> Run(
        string task,
        params (string Name, string? Value)[] environment
    )
    {
        string program = Environment.ProcessPath ?? throw new InvalidOperationException("The path of this process is unknown.");
        var start = new ProcessStartInfo(program) { RedirectStandardOutput = true, RedirectStandardError = true };
        if (Path.GetFileName(program) == "dotnet")
            start.ArgumentList.Add(typeof(Probe).Assembly.Location);
        foreach (var (name, value) in environment.Append((Variable, task)))
            start.Environment[name] = value;

        using var process = Process.Start(start) ?? throw new InvalidOperationException($"'{program}' does not start.");
        var output = process.StandardOutput.ReadToEndAsync(TestContext.Current.CancellationToken);
        var error = process.StandardError.ReadToEndAsync(TestContext.Current.CancellationToken);
        await process.WaitForExitAsync(TestContext.Current.CancellationToken);
        return (process.ExitCode, await output, await error);
    }

    /// <summary>The report of a process that is expected to succeed.</summary>
    public static async Task<NativeLibraryReport> Report(params (string Name, string? Value)[] environment)
    {
        var (exitCode, output, error) = await Run(environment);
        Assert.True(exitCode == 0, $"the probe ended with {exitCode}: {error}");
        return JsonSerializer.Deserialize<NativeLibraryReport>(output) ?? throw new InvalidOperationException("The probe wrote no report.");
    }

    [ModuleInitializer]
    internal static void RunWhenAsked()
    {
        if (Environment.GetEnvironmentVariable(Variable) is not { } task)
            return;
        try
        {
            Console.WriteLine(Tasks[task]());
            Environment.Exit(0);
        }
        catch (NativeLibraryException e)
        {
            Console.Error.WriteLine(e.Message);
            Environment.Exit(1);
        }
    }

    private static string Load()
    {
        string report = JsonSerializer.Serialize(NativeLibraries.Load());
        return torch.ones(2, 2).sum().item<float>() == 4 ? report : "torch does not compute";
    }

    /// <summary>Whether a block of 64 MiB is a mapping of its own before the settings are applied, and after.</summary>
    private static unsafe string TellAllocator()
    {
        bool before = IsMapped(),
            applied = AllocatorSettings.ApplyToThisProcess();
        return $"{before} {applied} {IsMapped()}";

        static bool IsMapped()
        {
            void* block = NativeMemory.Alloc(64 << 20);
            ulong flags = ((ulong*)block)[-1]; // of glibc's chunk: bit 1 says that it is mapped
            NativeMemory.Free(block);
            return (flags & 2) != 0;
        }
    }

    /// <summary>The number of the process and whether the settings are active, before (on standard error) and after.</summary>
    private static string TellRestart()
    {
        Console.Error.WriteLine($"{Environment.ProcessId} {AllocatorSettings.IsActive()}");
        AllocatorSettings.RestartUnlessActive();
        return $"{Environment.ProcessId} {AllocatorSettings.IsActive()}";
    }
}
