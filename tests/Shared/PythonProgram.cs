using System.Diagnostics;

namespace AlexNet.Testing;

/// <summary>Debian's Python, for which its packages with PyTorch are made.</summary>
internal static class PythonProgram
{
    public const string Path = "/usr/bin/python3";

    /// <summary>Whether it has a module.</summary>
    public static bool Has(string module) => File.Exists(Path) && Run("-c", $"import {module}").Code == 0;

    /// <summary>Runs it to its end.</summary>
    /// <param name="arguments">One by one, unquoted.</param>
    public static (int Code, string Output, string Error) Run(params string[] arguments)
    {
        using var process = Process.Start(
            new ProcessStartInfo(Path, arguments) { RedirectStandardOutput = true, RedirectStandardError = true }
        ) ?? throw new InvalidOperationException($"{Path} did not start.");
        var error = process.StandardError.ReadToEndAsync();
        string output = process.StandardOutput.ReadToEnd();
        process.WaitForExit();
        return (process.ExitCode, output, error.GetAwaiter().GetResult());
    }
}
