namespace Lockstep.Native.Libraries;

/// <summary>One version of another library's symbols that an ELF file requires (a vernaux entry).</summary>
/// <param name="Library">The library whose version is required, such as <c>libstdc++.so.6</c>.</param>
/// <param name="Version">Its name, such as <c>GLIBCXX_3.4.32</c>.</param>
/// <param name="Index">What the symbols of this version carry in the table of symbol versions.</param>
/// <param name="Flags">Bit 1 marks it weak: its absence is no error.</param>
/// <param name="FlagsOffset">Where in the file the two bytes of the flags lie.</param>
internal readonly record struct VersionRequirement(string Library, string Version, ushort Index, ushort Flags, int FlagsOffset)
{
    /// <summary>VER_FLG_WEAK.</summary>
    public const ushort Weak = 2;
}
