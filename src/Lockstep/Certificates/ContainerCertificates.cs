using Lockstep.Hosting.Security;
using Lockstep.Storage.Files;

namespace Lockstep.Certificates;

/// <summary>
/// Certificates as containers take them: a folder for each role with <c>ca.crt</c>, <c>tls.crt</c> and <c>tls.key</c>, the names of a
/// Kubernetes secret. A container runs as another user, who must be able to read them, so the directory that holds these folders is closed
/// to all others: whoever may not enter it cannot open what lies in it.
/// </summary>
internal static class ContainerCertificates
{
    private const UnixFileMode Closed = UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute;

    private const UnixFileMode Read = UnixFileMode.UserRead | UnixFileMode.GroupRead | UnixFileMode.OtherRead;

    private const UnixFileMode Enter = UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute;

    /// <summary>Roles that run in containers.</summary>
    public static readonly IReadOnlyList<string> InContainers = [Roles.Coordinator, Roles.Worker];

    /// <summary>Names of the services in deploy/docker-compose.yml, by role.</summary>
    public static IReadOnlyList<string> ServicesOf(string role) =>
        role == Roles.Coordinator ? ["coordinator"] : ["worker-0", "worker-1", "worker-2", "worker-3"];

    /// <summary>Copies what the folder has for a role.</summary>
    /// <returns>The path of the role's folder.</returns>
    public static string Copy(CertificateFolder folder, string role)
    {
        SetMode(folder.Path, Closed);
        string own = Directory.CreateDirectory(Path.Combine(folder.Path, role)).FullName;
        SetMode(own, Read | Enter | UnixFileMode.UserWrite);
        var files = folder.Of(role);
        Copy(files.Authority, Path.Combine(own, "ca.crt"));
        Copy(files.Key, Path.Combine(own, "tls.key"));
        Copy(files.Certificate, Path.Combine(own, "tls.crt"));
        return own;
    }

    private static void Copy(string from, string to)
    {
        string fresh = to + ".new";
        PrivateFile.Write(fresh, File.ReadAllText(from).TrimEnd());
        SetMode(fresh, Read | UnixFileMode.UserWrite);
        File.Move(fresh, to, overwrite: true); // a process that reads it finds the old one or the new one
    }

    private static void SetMode(string path, UnixFileMode mode)
    {
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(path, mode);
    }
}
