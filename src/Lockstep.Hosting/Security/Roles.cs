using System.Security.Cryptography.X509Certificates;

namespace Lockstep.Hosting.Security;

/// <summary>
/// What a process or a person is to a run. A certificate names it as its organisational unit (OU); where there is no TLS, the token tells
/// it.
/// </summary>
public static class Roles
{
    /// <summary>Leads the run. Others know it by this role; it calls nobody.</summary>
    public const string Coordinator = "coordinator";

    /// <summary>Trains: joins, reports, saves and reads checkpoints, and exchanges tensors with other workers.</summary>
    public const string Worker = "worker";

    /// <summary>Whoever launched the run or looks after it: watches it, and may save, drain and stop it.</summary>
    public const string Operator = "operator";

    private const string OrganisationalUnit = "2.5.4.11";

    /// <summary>Every role.</summary>
    public static IReadOnlyList<string> All { get; } = [Coordinator, Worker, Operator];

    /// <summary>The role that a certificate names; null where it names none, or more than one.</summary>
    public static string? Of(X509Certificate2 certificate)
    {
        string[] roles =
        [
            .. certificate
                .SubjectName.EnumerateRelativeDistinguishedNames()
                .Where(name => !name.HasMultipleElements && name.GetSingleElementType().Value == OrganisationalUnit)
                .Select(name => name.GetSingleElementValue())
                .OfType<string>()
                .Where(All.Contains),
        ];
        return roles.Length == 1 ? roles[0] : null;
    }
}
