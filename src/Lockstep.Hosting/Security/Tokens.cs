using System.Security.Cryptography;
using System.Text;

namespace Lockstep.Hosting.Security;

/// <summary>Secrets that let a process into a run.</summary>
public static class Tokens
{
    /// <summary>A new secret of 256 bits, as hex.</summary>
    public static string Create() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(32));

    /// <summary>Compares without telling by its duration where two secrets differ.</summary>
    public static bool Match(string expected, string given) =>
        CryptographicOperations.FixedTimeEquals(
            SHA256.HashData(Encoding.UTF8.GetBytes(expected)),
            SHA256.HashData(Encoding.UTF8.GetBytes(given))
        );
}
