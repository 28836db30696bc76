using System.Diagnostics;
using Mono.Cecil;
using Mono.Cecil.Cil;
using Mono.Cecil.Rocks;

namespace AlexNet.Testing.Tracing;

/// <summary>
/// Runs one test of this program in a process of its own, over copies of our assemblies in which every method tells its source file when it
/// is entered. Data tell nothing: records, constructors and properties without a body. Neither does what is generated into obj/, logs and
/// messages among it.
/// </summary>
internal static class TracedTests
{
    /// <summary>Names the file that the path is written to.</summary>
    public const string Variable = "LOCKSTEP_TRACE_FILES";

    /// <summary>The files that a test's path enters, from src/ on, in order.</summary>
    /// <param name="test">Its full name: class and method.</param>
    /// <param name="assemblies">Names of those that are looked at.</param>
    /// <param name="cancellation">Ends it.</param>
    public static async Task<IReadOnlyList<string>> FilesOfAsync(string test, string[] assemblies, CancellationToken cancellation)
    {
        using var folder = new TemporaryFolder();
        string program = Path.GetFileName(Environment.ProcessPath ?? "");
        foreach (string file in Directory.EnumerateFileSystemEntries(AppContext.BaseDirectory))
        {
            string name = Path.GetFileName(file);
            if (assemblies.Contains(Path.GetFileNameWithoutExtension(name)) && name.EndsWith(".dll", StringComparison.Ordinal))
                Change(file, folder[name]);
            else if (name == program || name.StartsWith(program + ".", StringComparison.Ordinal))
                File.Copy(file, folder[name]); // a program looks beside its real file
            else
                File.CreateSymbolicLink(folder[name], file);
        }

        var start = new ProcessStartInfo(folder[program], ["--filter-method", test])
        {
            RedirectStandardOutput = true,
            Environment = { [Variable] = folder["path.txt"] },
        };
        using var process = Process.Start(start) ?? throw new InvalidOperationException($"{program} did not start.");
        string output = await process.StandardOutput.ReadToEndAsync(cancellation);
        await process.WaitForExitAsync(cancellation);
        Assert.True(process.ExitCode == 0, output);
        return await File.ReadAllLinesAsync(folder["path.txt"], cancellation);
    }

    private static void Change(string from, string to)
    {
        using var assembly = AssemblyDefinition.ReadAssembly(from, new ReaderParameters { ReadSymbols = true });
        var enter = assembly.MainModule.ImportReference(typeof(FileTrace).GetMethod(nameof(FileTrace.Enter)));
        foreach (var method in assembly.MainModule.GetAllTypes().SelectMany(t => t.Methods).Where(IsWritten))
        {
            if (SourceOf(method) is not { } source)
                continue;
            var code = method.Body.GetILProcessor();
            var first = method.Body.Instructions[0];
            code.InsertBefore(first, code.Create(OpCodes.Ldstr, source));
            code.InsertBefore(first, code.Create(OpCodes.Call, enter));
        }

        assembly.Write(to);
    }

    /// <summary>Somebody has written its body: lambdas and state machines too, though compilers name them.</summary>
    private static bool IsWritten(MethodDefinition method) =>
        method.HasBody
        && !method.IsConstructor
        && !IsOfARecord(method.DeclaringType)
        && (method.Name.Contains('<') || method.DeclaringType.Name.Contains('<') || !IsGenerated(method));

    private static bool IsOfARecord(TypeDefinition? type) =>
        type is not null && (type.Methods.Any(m => m.Name is "<Clone>$" or "PrintMembers") || IsOfARecord(type.DeclaringType));

    private static bool IsGenerated(MethodDefinition method) =>
        method.CustomAttributes.Any(a => a.AttributeType.Name == "CompilerGeneratedAttribute");

    /// <summary>The file of a method, from src/ on; null for one that is generated.</summary>
    private static string? SourceOf(MethodDefinition method)
    {
        string? path = method.DebugInformation.SequencePoints.FirstOrDefault(p => !p.IsHidden)?.Document.Url.Replace('\\', '/');
        int at = path?.LastIndexOf("/src/", StringComparison.Ordinal) ?? -1;
        return path is null || at < 0 || path.Contains("/obj/", StringComparison.Ordinal) ? null : path[(at + 1)..];
    }
}
