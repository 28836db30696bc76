using System.Buffers.Binary;
using Lockstep.Native.Libraries;

namespace Lockstep.Native.Bridge;

/// <summary>
/// Lifts from a copy of TorchSharp's bridge the version requirements that an older libstdc++ cannot meet and that nothing in it needs.
/// docs/adr/0001-repaired-native-library.md says why this is safe.
/// </summary>
internal static class BridgeRepair
{
    /// <summary>A version that can be lifted. A symbol of it that is called is taken from an older version of the same function.</summary>
    private sealed record Liftable(string Version, string? Symbol = null, string? OlderVersion = null);

    // Oldest first: a libstdc++ that lacks one lacks those after it.
    private static readonly Liftable[] Known =
    [
        // Not in GCC 11 (RHEL 9, Amazon Linux 2023): std::condition_variable::wait, versioned anew because an exception may leave it.
        new("GLIBCXX_3.4.30", "_ZNSt18condition_variable4waitERSt11unique_lockISt5mutexE", "GLIBCXX_3.4.11"),
        // Not in GCC 12 (Debian 12, Ubuntu 22.04): std::ios_base_library_init, a marker that nothing refers to.
        new("GLIBCXX_3.4.32"),
    ];

    /// <summary>The versions to lift for a loader's complaint: the one it names and every newer one; none when it names none.</summary>
    public static IReadOnlyList<string> VersionsFor(string complaint) =>
        [.. Known.Select(k => k.Version).SkipWhile(v => !complaint.Contains(v, StringComparison.Ordinal))];

    /// <summary>The bytes of the library with these requirements lifted; null when it has none of them.</summary>
    public static byte[]? Lift(ElfImage image, IReadOnlyList<string> versions)
    {
        var lifted = Known.Where(k => versions.Contains(k.Version)).ToArray();
        var required = image
            .VersionRequirements()
            .Where(r => r.Library == "libstdc++.so.6")
            .DistinctBy(r => r.Version)
            .ToDictionary(r => r.Version);
        if (!lifted.Any(k => required.ContainsKey(k.Version)))
            return null;

        byte[] content = image.Content.ToArray();
        foreach (var repair in lifted)
        {
            if (!required.TryGetValue(repair.Version, out var requirement))
                continue;
            Write(content, requirement.FlagsOffset, (ushort)(requirement.Flags | VersionRequirement.Weak));
            if (
                repair is { Symbol: { } symbol, OlderVersion: { } older }
                && required.TryGetValue(older, out var substitute)
                && image.FindSymbolVersion(symbol) is { } offset
            )
            {
                Write(content, offset, substitute.Index);
            }
        }
        return content;
    }

    private static void Write(byte[] content, int offset, ushort value) =>
        BinaryPrimitives.WriteUInt16LittleEndian(content.AsSpan(offset, 2), value);
}
