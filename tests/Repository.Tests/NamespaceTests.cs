using AlexNet.Testing;

namespace Repository.Tests;

/// <summary>
/// The lattice of namespaces: within a project, what one namespace uses does not use it back, neither at once nor by a way round.
/// </summary>
public class NamespaceTests
{
    public static TheoryData<string> Projects =>
        [
            .. Directory
                .GetFiles(Path.Combine(Checkout.Root, "src"), "*.csproj", SearchOption.AllDirectories)
                .Select(p => Path.GetFileNameWithoutExtension(p))
                .Order(StringComparer.Ordinal),
        ];

    [Theory]
    [MemberData(nameof(Projects))]
    public void Namespaces_use_each_other_in_one_direction_only(string project)
    {
        var uses = UsesOf(project);
        var mutual = uses.Where(u => string.CompareOrdinal(u.User, u.Used) < 0 && uses.Contains((u.Used, u.User))).ToList();

        Assert.Empty(mutual.Select(p => $"{p.Item1} and {p.Item2} use each other; let one of them know nothing of the other."));
        Assert.Empty(Cycle(uses));
    }

    private static IReadOnlyCollection<(string User, string Used)> UsesOf(string project)
    {
        string name = project == "AlexNet.Cli" ? "alexnet" : project;
        return NamespaceUse.Of(Path.Combine(AppContext.BaseDirectory, $"{name}.dll"), project);
    }

    /// <summary>
    /// The namespaces that lie on a cycle: those that are left when whoever uses nobody that is left has been taken away, again and again.
    /// </summary>
    private static HashSet<string> Cycle(IEnumerable<(string User, string Used)> uses)
    {
        var arrows = uses.ToList();
        while (arrows.RemoveAll(a => arrows.All(other => other.User != a.Used)) > 0) { }
        return [.. arrows.Select(a => a.User)];
    }
}
