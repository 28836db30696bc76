using System.Security.Cryptography;
using System.Text;

namespace Lockstep.Storage.Checkpoints;

/// <summary>
/// A JSON object whose last property is the SHA-256 of every byte before that property's comma: no byte of it can change unnoticed.
/// </summary>
internal static class SealedText
{
    private const string Opening = ",\n  \"sha256\": \"",
        Closing = "\"\n}\n",
        End = "\n}";
    private static readonly int SealLength = Opening.Length + 2 * SHA256.HashSizeInBytes + Closing.Length;

    /// <summary>Adds the hash to an indented JSON object.</summary>
    public static byte[] Seal(string json)
    {
        string body = json[..^End.Length];
        return Encoding.UTF8.GetBytes(body + Tail(Encoding.UTF8.GetBytes(body)));
    }

    /// <summary>The object without the hash.</summary>
    /// <param name="content">A whole file.</param>
    /// <param name="problem">What is wrong; the content must not be used then.</param>
    public static byte[] Open(ReadOnlySpan<byte> content, out string? problem)
    {
        if (content.Length < SealLength || !content[^SealLength..].StartsWith(Encoding.UTF8.GetBytes(Opening)))
        {
            problem = "it does not end with its own SHA-256";
            return [];
        }
        var body = content[..^SealLength];
        bool intact = content[^SealLength..].SequenceEqual(Encoding.UTF8.GetBytes(Tail(body)));
        problem = intact ? null : $"its content has SHA-256 {Hash(body)}, which is not the one in its last lines";
        return [.. body, .. Encoding.UTF8.GetBytes(End)];
    }

    private static string Tail(ReadOnlySpan<byte> body) => Opening + Hash(body) + Closing;

    private static string Hash(ReadOnlySpan<byte> body) => Convert.ToHexStringLower(SHA256.HashData(body));
}
