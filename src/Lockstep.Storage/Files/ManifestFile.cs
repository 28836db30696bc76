using System.Security.Cryptography;

namespace Lockstep.Storage.Files;

/// <summary>One file of a checkpoint.</summary>
/// <param name="Name">Within the checkpoint's directory.</param>
/// <param name="Bytes">Its length.</param>
/// <param name="Sha256">Its hash, in lower-case hex.</param>
public sealed record ManifestFile(string Name, long Bytes, string Sha256)
{
    /// <summary>Reads and hashes a file.</summary>
    /// <exception cref="IOException">It cannot be read.</exception>
    public static ManifestFile Of(string path)
    {
        using var file = new FileStream(
            InputFile.Require(path),
            FileMode.Open,
            FileAccess.Read,
            FileShare.Read,
            bufferSize: 0,
            FileOptions.SequentialScan
        );
        long bytes = file.Length;
        return new ManifestFile(Path.GetFileName(path), bytes, Convert.ToHexStringLower(SHA256.HashData(file)));
    }

    /// <summary>How this file on disk differs from what was written; null if it does not.</summary>
    /// <param name="directory">The checkpoint's.</param>
    /// <param name="hash">Read every byte; otherwise only the length is compared.</param>
    public string? Difference(string directory, bool hash)
    {
        var file = new FileInfo(Path.Combine(directory, Name));
        try
        {
            if (!file.Exists)
                return $"file '{Name}' is missing";
            if (file.Length != Bytes)
                return $"file '{Name}' has {file.Length:N0} bytes; the manifest requires {Bytes:N0}";
            if (hash && Of(file.FullName).Sha256 is var found && found != Sha256)
                return $"file '{Name}' has SHA-256 {found}; the manifest requires {Sha256}";
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return $"file '{Name}' cannot be read ({e.Message})";
        }
    }
}
