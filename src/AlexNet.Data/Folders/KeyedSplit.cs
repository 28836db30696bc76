using System.Buffers.Binary;
using System.Security.Cryptography;
using System.Text;
using AlexNet.Recipes.Pictures;

namespace AlexNet.Data.Folders;

/// <summary>Which pictures of a tree are kept for tests where it has no folder of these.</summary>
internal static class KeyedSplit
{
    /// <summary>Decides for one picture, by nothing but its name, the seed and the share.</summary>
    /// <param name="name">The file as seen from the directory of the data, with slashes.</param>
    /// <param name="folders">Share and seed.</param>
    public static bool IsTest(string name, FoldersRecipe folders)
    {
        Span<byte> hash = stackalloc byte[SHA256.HashSizeInBytes];
        SHA256.HashData(Encoding.UTF8.GetBytes(FormattableString.Invariant($"{folders.Seed}/{name}")), hash);
        const int bits = 53; // as many as a double holds
        return (BinaryPrimitives.ReadUInt64BigEndian(hash) >> (64 - bits)) < folders.TestShare * (1L << bits);
    }
}
