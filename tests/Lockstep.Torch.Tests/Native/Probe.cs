using System.Diagnostics;
using System.Runtime.CompilerServices;
using System.Text.Json;
using Lockstep.Torch.Native;
using Lockstep.Torch.Native.Libraries;
using TorchSharp;

namespace Lockstep.Torch.Tests.Native;

/// <summary>
/// Loads the native libraries in a process of its own: this one has them loaded, and a bad libtorch may end its process. The test program
/// is started again, and with the probe's variable set it does this instead of running tests.
/// </summary>
internal static class Probe
{
    private const string Variable = "ALEXNET_TESTS_PROBE";

    /// <summary>Exit code, standard output (the report as JSON) and standard error of a process with these variables set.</summary>
    public static async Task<(int ExitCode, string Output, string Error)> Run(params (string Name, string? Value)[] environment)
    {
        string program = Environment.ProcessPath ?? throw new InvalidOperationException("The path of this process is unknown.");
        var start = new ProcessStartInfo(program) { RedirectStandardOutput = true, RedirectStandardError = true };
        if (Path.GetFileName(program) == "dotnet")
            start.ArgumentList.Add(typeof(Probe).Assembly.Location);
        foreach (var (name, value) in environment.Append((Variable, "1")))
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
        if (Environment.GetEnvironmentVariable(Variable) is null)
            return;
        try
        {
            Console.WriteLine(JsonSerializer.Serialize(NativeLibraries.Load()));
            Environment.Exit(torch.ones(2, 2).sum().item<float>() == 4 ? 0 : 2);
        }
        catch (NativeLibraryException e)
        {
            Console.Error.WriteLine(e.Message);
            Environment.Exit(1);
        }
    }
}
