using System.Xml.Linq;

namespace Repository.Tests;

/// <summary>The lattice of projects, as docs/architecture.md draws it.</summary>
public class ProjectReferenceTests
{
    private static readonly Dictionary<string, string[]> Allowed = new()
    {
        ["AlexNet.Core"] = [],
        ["AlexNet.Model"] = ["AlexNet.Core"],
        ["AlexNet.Data"] = ["AlexNet.Core"],
        ["AlexNet.Transport"] = ["AlexNet.Core"],
        ["AlexNet.Hosting"] = ["AlexNet.Core"],
        ["AlexNet.Coordinator"] = ["AlexNet.Core", "AlexNet.Hosting"],
        ["AlexNet.Worker"] = ["AlexNet.Core", "AlexNet.Data", "AlexNet.Hosting", "AlexNet.Model", "AlexNet.Transport"],
        ["AlexNet.Cli"] = ["AlexNet.Coordinator", "AlexNet.Core", "AlexNet.Data", "AlexNet.Hosting", "AlexNet.Model", "AlexNet.Transport", "AlexNet.Worker"],
    };

    [Fact]
    public void Projects_reference_each_other_only_where_the_architecture_has_an_arrow()
    {
        foreach (string path in Directory.GetFiles(Path.Combine(Checkout.Root, "src"), "*.csproj", SearchOption.AllDirectories))
        {
            string name = Path.GetFileNameWithoutExtension(path);
            Assert.True(Allowed.ContainsKey(name), $"project '{name}' is not in the architecture; add it to docs/architecture.md and here.");
            Assert.Equal(Allowed[name], References(path, "ProjectReference").Select(Path.GetFileNameWithoutExtension).Order(StringComparer.Ordinal));
        }
    }

    [Fact]
    public void Core_uses_the_base_library_only_and_TorchSharp_is_used_by_Model_only()
    {
        foreach (string path in Directory.GetFiles(Path.Combine(Checkout.Root, "src"), "*.csproj", SearchOption.AllDirectories))
        {
            string name = Path.GetFileNameWithoutExtension(path);
            var packages = References(path, "PackageReference").ToList();
            if (name == "AlexNet.Core")
                Assert.Empty(packages);
            if (name != "AlexNet.Model")
                Assert.DoesNotContain("TorchSharp", packages);
        }
    }

    private static IEnumerable<string> References(string path, string element) =>
        XDocument.Load(path).Descendants(element).Select(e => (string?)e.Attribute("Include") ?? "");
}
