using System.CommandLine;
using System.Globalization;
using System.Security.Cryptography.X509Certificates;
using Lockstep.Certificates;
using Lockstep.Core.Errors;
using Lockstep.Core.Runs;
using Lockstep.Hosting.Security;
using Lockstep.Storage.Files;

namespace Lockstep.Commands;

/// <summary>
/// <c>alexnet certs DIR</c>: a development authority and a certificate for each role, for mutual TLS between the processes of a run.
/// </summary>
internal static class CertsCommand
{
    private const int Days = 90;

    private static readonly string[] OwnHost = ["localhost", "127.0.0.1", "::1"];

    public static Command Create()
    {
        var directory = new Argument<string>("directory")
        {
            Description = "Directory for the files. An authority in it signs the new certificates; without one, a new authority is made.",
        };
        var coordinator = new Option<string[]>("--coordinator")
        {
            Description = "A name or address under which workers reach the coordinator, besides localhost; may be repeated.",
            DefaultValueFactory = _ => [],
        };
        var worker = new Option<string[]>("--worker")
        {
            Description = "A name or address under which workers reach each other, such as worker-0 or *.workers; may be repeated.",
            DefaultValueFactory = _ => [],
        };
        var days = new Option<int>("--days")
        {
            Description = "Days for which the certificates are valid.",
            DefaultValueFactory = _ => Days,
        };
        var compose = new Option<bool>("--compose")
        {
            Description =
                "Also lays them out for deploy/docker-compose.tls.yml: DIRECTORY/coordinator and DIRECTORY/worker, made out to its "
                + "services and readable by the containers. DIRECTORY itself is closed to other users.",
        };
        var command = new Command("certs", "Makes a development authority and certificates for coordinator, workers and operator.")
        {
            directory,
            coordinator,
            worker,
            days,
            compose,
        };
        command.SetAction(parsed =>
            Run(
                parsed.GetRequiredValue(directory),
                parsed.GetRequiredValue(coordinator),
                parsed.GetRequiredValue(worker),
                parsed.GetValue(days),
                parsed.GetValue(compose)
            )
        );
        return command;
    }

    private static int Run(string directory, string[] coordinator, string[] worker, int days, bool compose)
    {
        List<string> errors =
        [
            .. coordinator
                .Where(h => !DevelopmentAuthority.IsHost(h))
                .Select(h => $"--coordinator is '{h}'; it must be the name or address of a host."),
            .. worker
                .Where(h => !DevelopmentAuthority.IsHost(h))
                .Select(h => $"--worker is '{h}'; it must be the name or address of a host, or *. and a name."),
        ];
        if (days < 1)
            errors.Add($"--days is {days}; it must be 1 or more.");
        if (errors.Count > 0)
            throw new BadInputException(errors);

        var folder = new CertificateFolder(Path.GetFullPath(directory));
        PrivateFile.CreateDirectory(folder.Path);
        using var authority = DevelopmentAuthority.Open(folder, TimeProvider.System);
        Tell("authority", folder.Authority, authority.Certificate, authority.IsNew ? "made" : "was there");
        Make(authority, folder, Roles.Coordinator, [.. OwnHost, .. Services(Roles.Coordinator), .. coordinator], days);
        Make(authority, folder, Roles.Worker, [.. OwnHost, .. Services(Roles.Worker), .. worker], days);
        Make(authority, folder, Roles.Operator, [], days);
        if (compose)
        {
            foreach (string role in ContainerCertificates.InContainers)
                Console.WriteLine($"{role, -12} {ContainerCertificates.Copy(folder, role)}  for its containers");
            Console.WriteLine(
                $"""

                In the directory deploy, this command starts them:
                  TLS_DIR={RunHints.Quote(folder.Path)} docker compose -f docker-compose.yml -f docker-compose.tls.yml --profile cpu up
                """
            );
        }

        Console.WriteLine(
            $"""

            {(compose ? "The directory is" : "Every file is")} open to you alone. A process needs ca.crt and the two files of its role:
              {string.Join(' ', folder.Coordinator.Variables.Select(v => $"{v.Key}={RunHints.Quote(v.Value)}"))}
            Keep {Path.GetFileName(folder.AuthorityKey)} away from the processes: whoever has it can make certificates.
            'alexnet train --certs {RunHints.Quote(directory)}' uses all of them on this machine. Run this command again to renew them;
            running processes take up the new ones.
            """
        );
        return ExitCodes.Done;

        IEnumerable<string> Services(string role) => compose ? ContainerCertificates.ServicesOf(role) : [];
    }

    private static void Make(DevelopmentAuthority authority, CertificateFolder folder, string role, string[] hosts, int days)
    {
        using var certificate = authority.Issue(role, hosts, TimeSpan.FromDays(days), TimeProvider.System);
        Tell(role, folder.Of(role).Certificate, certificate, hosts.Length > 0 ? string.Join(", ", hosts) : "only for opening connections");
    }

    private static void Tell(string what, string path, X509Certificate2 certificate, string about) =>
        Console.WriteLine(
            $"{what, -12} {path}  until {certificate.NotAfter.ToUniversalTime().ToString("yyyy-MM-dd", CultureInfo.InvariantCulture)}  "
                + $"{about}"
        );
}
