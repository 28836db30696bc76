using Lockstep.Core.Errors;
using Lockstep.Hosting.Security;

namespace Lockstep.Certificates;

/// <summary>The files that <c>alexnet certs</c> makes: an authority, and a certificate with its key for each role.</summary>
/// <param name="Path">Full path of the directory.</param>
internal sealed record CertificateFolder(string Path)
{
    /// <summary>Certificate of the authority; every process needs it.</summary>
    public string Authority => File("ca.crt");

    /// <summary>Key of the authority; no process needs it, and whoever has it can make certificates.</summary>
    public string AuthorityKey => File("ca.key");

    public TlsFiles Coordinator => Of(Roles.Coordinator);

    public TlsFiles Worker => Of(Roles.Worker);

    public TlsFiles Operator => Of(Roles.Operator);

    /// <summary>The files of a role.</summary>
    public TlsFiles Of(string role) => new(File($"{role}.crt"), File($"{role}.key"), Authority);

    /// <summary>A directory whose files can all be used; collects what is wrong with them.</summary>
    public static CertificateFolder Open(string path, ICollection<string> errors)
    {
        var folder = new CertificateFolder(System.IO.Path.GetFullPath(path));
        foreach (string role in Roles.All)
        {
            try
            {
                _ = new TlsIdentity(folder.Of(role), role);
            }
            catch (BadInputException e)
            {
                errors.Add($"--certs: {e.Message}");
            }
        }
        return folder;
    }

    private string File(string name) => System.IO.Path.Combine(Path, name);
}
