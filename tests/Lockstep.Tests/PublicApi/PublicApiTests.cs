using System.Reflection;
using AlexNet.Testing;
using Lockstep.Native;
using PublicApiGenerator;

namespace Lockstep.Tests.PublicApi;

/// <summary>
/// What a user's code is written against, a file for each assembly: a change of it is seen in the diff of these files. The packages hold
/// 280 public types, most of which serve each other. What nobody can reach from <see cref="Training"/> or Lockstep.Native is not written
/// down, and may change at any time.
/// </summary>
public class PublicApiTests
{
    private static readonly Assembly Library = typeof(Training).Assembly,
        Cures = typeof(TorchSharpCures).Assembly;

    private static readonly Assembly[] Packed =
    [
        .. Directory
            .GetFiles(AppContext.BaseDirectory, "Lockstep*.dll")
            .Where(file => Path.GetFileNameWithoutExtension(file) != typeof(PublicApiTests).Assembly.GetName().Name)
            .Select(Assembly.LoadFrom),
    ];

    private static readonly IReadOnlySet<Type> Reachable = ReachableTypes.From([Library, Cures], Packed);

    public static TheoryData<string> Assemblies =>
        [.. Reachable.Select(t => t.Assembly.GetName().Name).OfType<string>().Distinct().Order()];

    /// <summary>Set LOCKSTEP_UPDATE_API=1 to write the files anew.</summary>
    [Theory]
    [MemberData(nameof(Assemblies))]
    public void What_a_user_writes_against_is_what_was_agreed(string assembly)
    {
        string path = FileOf(assembly);
        string api =
            Reachable.Where(t => t.Assembly.GetName().Name == assembly).ToArray().GeneratePublicApi(Options).ReplaceLineEndings("\n")
            + "\n";
        if (Environment.GetEnvironmentVariable("LOCKSTEP_UPDATE_API") == "1")
            File.WriteAllText(path, api);
        Assert.Equal(File.Exists(path) ? File.ReadAllText(path) : "", api);
    }

    [Fact]
    public void No_file_is_of_an_assembly_that_has_nothing_for_users() =>
        Assert.Equivalent(Assemblies.Select(a => FileOf(a.Data)), Directory.GetFiles(Folder, "*.txt"), strict: true);

    private static ApiGeneratorOptions Options => new() { IncludeAssemblyAttributes = false, DenyNamespacePrefixes = [] };

    private static string Folder => Checkout.PathOf("tests/Lockstep.Tests/PublicApi");

    private static string FileOf(string assembly) => Path.Combine(Folder, $"{assembly}.txt");
}
