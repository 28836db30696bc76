namespace Repository.Tests;

/// <summary>
/// The lattice of namespaces: within a project, what one namespace uses does not use it back, neither at once nor by a way round. The
/// exceptions are those that stood when the rule came; the list may only grow shorter.
/// </summary>
public class NamespaceTests
{
    private static readonly (string, string)[] Exceptions = [("Lockstep.Core.Net", "Lockstep.Core.Recipes")];

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

        Assert.Empty(
            mutual.Except(Exceptions).Select(p => $"{p.Item1} and {p.Item2} use each other; let one of them know nothing of the other.")
        );
        Assert.Empty(Cycle(uses.Where(u => !Exceptions.Contains((u.User, u.Used)) && !Exceptions.Contains((u.Used, u.User)))));
    }

    [Fact]
    public void Every_exception_is_still_needed()
    {
        var all = Projects.SelectMany(row => UsesOf(row.Data)).ToHashSet();

        Assert.Empty(
            Exceptions
                .Where(e => !all.Contains(e) || !all.Contains((e.Item2, e.Item1)))
                .Select(e => $"{e.Item1} and {e.Item2} use each other no longer; take the pair out of the list.")
        );
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
