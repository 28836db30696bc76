using System.Diagnostics.CodeAnalysis;
using Lockstep.Core.Errors;

namespace Lockstep.Objects;

/// <summary>An address in object storage: <c>s3://bucket/prefix</c>.</summary>
/// <param name="Bucket">The bucket.</param>
/// <param name="Key">The key of an object, or what the keys of several begin with; without a slash at either end, and empty for the whole
/// bucket.</param>
public sealed record ObjectAddress(string Bucket, string Key)
{
    private const string Scheme = "s3://";

    /// <summary>Whether a path is such an address, right or wrong.</summary>
    public static bool Is([NotNullWhen(true)] string? path) => path is not null && path.StartsWith(Scheme, StringComparison.Ordinal);

    /// <summary>Reads an address.</summary>
    /// <exception cref="BadInputException">It is none.</exception>
    public static ObjectAddress Parse(string text)
    {
        string[] parts = Is(text) ? text[Scheme.Length..].TrimEnd('/').Split('/') : [""];
        bool isWhole = parts[0].Length > 0 && parts.All(p => p is not ("" or "." or "..") && p.All(c => c is >= ' ' and not '\\'));
        return isWhole
            ? new(parts[0], string.Join('/', parts[1..]))
            : throw new BadInputException(
                $"address '{text}' is none of object storage; s3://BUCKET/PREFIX is required, without empty parts, '.' or '..'. Correct it."
            );
    }

    /// <summary>The full path of a directory; an address stays as it is.</summary>
    public static string FullPath(string path) => Is(path) ? Parse(path).ToString() : Path.GetFullPath(path);

    /// <summary>The address below this one.</summary>
    /// <param name="name">One or several parts, divided by slashes.</param>
    public ObjectAddress Child(string name) => this with { Key = KeyOf(name) };

    /// <summary>The key of what is below this address.</summary>
    public string KeyOf(string name) => Key.Length == 0 ? name : $"{Key}/{name}";

    /// <summary>A directory for what is kept of this address: one part of the path for each of the address.</summary>
    public string DirectoryIn(string root) => Path.Combine([root, Bucket, .. Key.Split('/', StringSplitOptions.RemoveEmptyEntries)]);

    public override string ToString() => Key.Length == 0 ? Scheme + Bucket : $"{Scheme}{Bucket}/{Key}";
}
