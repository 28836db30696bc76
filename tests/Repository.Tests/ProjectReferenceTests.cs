using System.Xml.Linq;
using AlexNet.Testing;

namespace Repository.Tests;

/// <summary>The lattice of projects, as docs/architecture.md draws it.</summary>
public class ProjectReferenceTests
{
    private static readonly Dictionary<string, string[]> Allowed = new()
    {
        ["Lockstep.Core"] = [],
        ["Lockstep.Native"] = [],
        ["Lockstep.Storage"] = ["Lockstep.Core"],
        ["Lockstep.Objects"] = ["Lockstep.Core", "Lockstep.Storage"],
        ["Lockstep.Transport"] = ["Lockstep.Core"],
        ["Lockstep.Hosting"] = ["Lockstep.Core", "Lockstep.Storage"],
        ["Lockstep.Torch"] = ["Lockstep.Core", "Lockstep.Native", "Lockstep.Storage"],
        ["Lockstep.Coordinator"] = ["Lockstep.Core", "Lockstep.Hosting", "Lockstep.Objects", "Lockstep.Storage"],
        ["Lockstep.Worker"] = ["Lockstep.Core", "Lockstep.Hosting", "Lockstep.Storage", "Lockstep.Torch", "Lockstep.Transport"],
        ["Lockstep"] =
        [
            "Lockstep.Coordinator",
            "Lockstep.Core",
            "Lockstep.Hosting",
            "Lockstep.Native",
            "Lockstep.Objects",
            "Lockstep.Storage",
            "Lockstep.Torch",
            "Lockstep.Transport",
            "Lockstep.Worker",
        ],
        ["AlexNet.Recipes"] = ["Lockstep.Core", "Lockstep.Storage"],
        ["AlexNet.Net"] = ["AlexNet.Recipes", "Lockstep.Core", "Lockstep.Storage", "Lockstep.Torch"],
        ["AlexNet.Data"] = ["AlexNet.Recipes", "Lockstep.Core", "Lockstep.Objects", "Lockstep.Storage"],
        ["AlexNet.Interchange"] = ["AlexNet.Recipes", "Lockstep.Core", "Lockstep.Storage"],
        ["AlexNet.Coordinator"] = ["AlexNet.Recipes", "Lockstep.Coordinator"],
        ["AlexNet.Training"] = ["AlexNet.Data", "AlexNet.Net", "AlexNet.Recipes", "Lockstep.Core", "Lockstep.Torch", "Lockstep.Worker"],
        ["AlexNet.Worker"] = ["AlexNet.Training", "Lockstep.Worker"],
        ["AlexNet.Cli"] =
        [
            "AlexNet.Coordinator",
            "AlexNet.Data",
            "AlexNet.Interchange",
            "AlexNet.Net",
            "AlexNet.Recipes",
            "AlexNet.Worker",
            "Lockstep",
            "Lockstep.Core",
            "Lockstep.Hosting",
            "Lockstep.Objects",
            "Lockstep.Storage",
            "Lockstep.Torch",
            "Lockstep.Transport",
        ],
    };

    [Fact]
    public void Projects_reference_each_other_only_where_the_architecture_has_an_arrow()
    {
        foreach (string path in Directory.GetFiles(Path.Combine(Checkout.Root, "src"), "*.csproj", SearchOption.AllDirectories))
        {
            string name = Path.GetFileNameWithoutExtension(path);
            Assert.True(
                Allowed.ContainsKey(name),
                $"project '{name}' is not in the architecture; add it to docs/architecture.md and here."
            );
            Assert.Equal(
                Allowed[name],
                References(path, "ProjectReference").Select(Path.GetFileNameWithoutExtension).Order(StringComparer.Ordinal)
            );
        }
    }

    [Fact]
    public void Core_uses_the_base_library_only_and_TorchSharp_comes_in_through_Lockstep_Native_only()
    {
        foreach (string path in Directory.GetFiles(Path.Combine(Checkout.Root, "src"), "*.csproj", SearchOption.AllDirectories))
        {
            string name = Path.GetFileNameWithoutExtension(path);
            var packages = References(path, "PackageReference").ToList();
            if (name == "Lockstep.Core")
                Assert.Empty(packages);
            if (name != "Lockstep.Native")
                Assert.DoesNotContain("TorchSharp", packages);
        }
    }

    [Fact]
    public void The_library_knows_no_application()
    {
        Assert.All(Allowed.Where(p => p.Key.StartsWith("Lockstep", StringComparison.Ordinal)), project =>
            Assert.DoesNotContain(project.Value, name => name.StartsWith("AlexNet.", StringComparison.Ordinal))
        );
    }

    private static IEnumerable<string> References(string path, string element) =>
        XDocument.Load(path).Descendants(element).Select(e => (string?)e.Attribute("Include")).OfType<string>();
}
