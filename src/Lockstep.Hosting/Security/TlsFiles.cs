using Lockstep.Core.Errors;

namespace Lockstep.Hosting.Security;

/// <summary>Where a process finds its certificate: three PEM files, which are read again whenever a connection begins.</summary>
/// <param name="Certificate">Its own, and behind it those between it and the authority, where there are any.</param>
/// <param name="Key">The private key that belongs to it.</param>
/// <param name="Authority">The authorities whose certificates it accepts; two while one is being replaced.</param>
public sealed record TlsFiles(string Certificate, string Key, string Authority)
{
    private static readonly string[] Names = ["tls-cert", "tls-key", "tls-ca"];

    /// <summary>
    /// Reads the settings <c>tls-cert</c>, <c>tls-key</c> and <c>tls-ca</c>; null where none is given. The files are looked at too, and
    /// what is wrong with them becomes an error of the settings.
    /// </summary>
    /// <param name="settings">The process's.</param>
    /// <param name="role">What the certificate must name.</param>
    public static TlsFiles? Read(Settings settings, string role)
    {
        string?[] paths = [.. Names.Select(settings.Optional)];
        if (paths.All(p => p is null))
            return null;
        if (paths is not [{ } certificate, { } key, { } authority])
        {
            foreach (string missing in Names.Where(n => settings.Optional(n) is null))
            {
                settings.Errors.Add(
                    $"setting '{missing}' is missing; {string.Join(", ", Names.Select(Settings.VariableOf))} belong together: give all "
                        + "three, or none."
                );
            }

            return null;
        }
        var files = new TlsFiles(certificate, key, authority);
        try
        {
            TlsMaterial.Load(files, role);
        }
        catch (BadInputException e)
        {
            settings.Errors.AddRange(e.Errors);
        }
        return files;
    }

    /// <summary>The variables that give these files to another process of ours.</summary>
    public IReadOnlyList<KeyValuePair<string, string>> Variables =>
        [
            new(Settings.VariableOf(Names[0]), Certificate),
            new(Settings.VariableOf(Names[1]), Key),
            new(Settings.VariableOf(Names[2]), Authority),
        ];
}
