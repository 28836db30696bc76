using System.IO.Compression;
using System.Reflection.Metadata;
using System.Reflection.PortableExecutable;
using System.Text;
using System.Xml.Linq;
using AlexNet.Testing;

namespace Examples.Tests.Packages;

/// <summary>What lies in the packages, and what they say of themselves.</summary>
[Collection(typeof(PackedLibraryGroup))]
public sealed class PackageContentTests(PackedLibrary library)
{
    private const string Folder = "lib/net10.0/";
    private static readonly Guid SourceLink = new("CC110556-A091-4D38-9FEC-25AB9A351A6A"); // as the format of portable symbols numbers it

    private static readonly string[] Parts = ["Coordinator", "Core", "Hosting", "Storage", "Torch", "Transport", "Worker"];

    public static TheoryData<string, string[]> Assemblies =>
        new() { { "Lockstep", ["Lockstep", .. Parts.Select(part => $"Lockstep.{part}")] }, { "Lockstep.Native", ["Lockstep.Native"] } };

    [Theory]
    [MemberData(nameof(Assemblies))]
    public async Task Every_assembly_has_its_documentation_and_the_symbols_that_belong_to_it(string package, string[] assemblies)
    {
        LongTests.Require();
        using var content = await OpenAsync(package, "nupkg");
        using var symbols = await OpenAsync(package, "snupkg");

        Assert.Equal([.. Files(assemblies, "dll", "xml")], In(content));
        Assert.Equal([.. Files(assemblies, "pdb")], In(symbols));
        foreach (string assembly in assemblies)
        {
            using var program = new PEReader(Bytes(content, $"{Folder}{assembly}.dll"));
            using var pdb = MetadataReaderProvider.FromPortablePdbStream(Bytes(symbols, $"{Folder}{assembly}.pdb"));
            var entries = program.ReadDebugDirectory();
            var codeView = program.ReadCodeViewDebugDirectoryData(entries.Single(e => e.Type == DebugDirectoryEntryType.CodeView));
            Assert.Contains(entries, e => e.Type == DebugDirectoryEntryType.Reproducible);
            Assert.Equal(codeView.Guid, new BlobContentId(pdb.GetMetadataReader().DebugMetadataHeader!.Id).Guid);
        }
    }

    [Theory]
    [MemberData(nameof(Assemblies))]
    public async Task It_says_its_licence_its_page_its_commit_and_what_it_needs(string package, string[] assemblies)
    {
        LongTests.Require();
        using var content = await OpenAsync(package, "nupkg");
        var about = About(content, package);

        Assert.NotEmpty(assemblies);
        Assert.Equal("MIT", Value(about, "license"));
        Assert.NotNull(content.GetEntry(Value(about, "readme")));
        Assert.NotEmpty(Value(about, "description"));
        Assert.Equal(40, ((string?)Element(about, "repository").Attribute("commit"))?.Length);
        var group = Element(about, "group");
        Assert.Equal("net10.0", (string?)group.Attribute("targetFramework"));
        string[] needed = [.. group.Elements().Select(d => $"{d.Attribute("id")?.Value} {d.Attribute("version")?.Value}")];
        Assert.Equal(
            package == "Lockstep" ? [$"Lockstep.Native {PackedLibrary.Version}"] : [],
            needed.Where(d => d.StartsWith("Lockstep", StringComparison.Ordinal))
        );
        Assert.Contains(needed, d => d.StartsWith("TorchSharp ", StringComparison.Ordinal));
    }

    /// <summary>A remote need not be there, nor be reached: the symbols have the address of each source at the commit.</summary>
    [Fact]
    public async Task A_clone_with_a_remote_packs_where_its_sources_are()
    {
        LongTests.Require();
        using var folder = new TemporaryFolder();
        string clone = folder["clone"];
        await PackedLibrary.RunAsync("git", ["clone", "--quiet", "--shared", Checkout.Root, clone], folder.Path);
        await PackedLibrary.RunAsync("git", ["remote", "set-url", "origin", "https://github.com/nobody/lockstep.git"], clone);
        string[] arguments = ["-o", folder["packages"], $"-p:Version={PackedLibrary.Version}", "-v", "quiet"];
        await PackedLibrary.RunAsync("dotnet", ["pack", "src/Lockstep.Native", .. arguments], clone);

        using var content = Open(folder["packages"], "Lockstep.Native", "nupkg");
        using var symbols = Open(folder["packages"], "Lockstep.Native", "snupkg");
        using var pdb = MetadataReaderProvider.FromPortablePdbStream(Bytes(symbols, $"{Folder}Lockstep.Native.pdb"));
        var repository = Element(About(content, "Lockstep.Native"), "repository");
        Assert.Equal("https://github.com/nobody/lockstep", ((string?)repository.Attribute("url"))?.Replace(".git", ""));
        Assert.Contains($"/nobody/lockstep/{repository.Attribute("commit")?.Value}/*", Links(pdb.GetMetadataReader()));
    }

    private static string Links(MetadataReader pdb) =>
        pdb.CustomDebugInformation.Select(pdb.GetCustomDebugInformation).Where(i => pdb.GetGuid(i.Kind) == SourceLink).ToArray()
            is [var link]
            ? Encoding.UTF8.GetString(pdb.GetBlobBytes(link.Value))
            : "";

    private async Task<ZipArchive> OpenAsync(string package, string extension) => Open(await library.PackagesAsync(), package, extension);

    private static ZipArchive Open(string folder, string package, string extension) =>
        ZipFile.OpenRead(Path.Combine(folder, $"{package}.{PackedLibrary.Version}.{extension}"));

    private static IEnumerable<string> Files(string[] assemblies, params string[] extensions) =>
        assemblies.SelectMany(a => extensions.Select(e => $"{Folder}{a}.{e}")).Order(StringComparer.Ordinal);

    private static IEnumerable<string> In(ZipArchive archive) =>
        archive.Entries.Select(e => e.FullName).Where(n => n.StartsWith(Folder, StringComparison.Ordinal)).Order(StringComparer.Ordinal);

    private static MemoryStream Bytes(ZipArchive archive, string name)
    {
        var bytes = new MemoryStream();
        using var entry = archive.GetEntry(name)!.Open();
        entry.CopyTo(bytes);
        bytes.Position = 0;
        return bytes;
    }

    private static XElement About(ZipArchive archive, string package) => XElement.Load(Bytes(archive, $"{package}.nuspec"));

    private static XElement Element(XElement about, string name) =>
        about.Descendants().Single(e => e.Name.LocalName == name && e.Parent?.Name.LocalName != "frameworkReferences");

    private static string Value(XElement about, string name) => Element(about, name).Value;
}
