namespace Lockstep.Native.Libtorch;

/// <summary>Which versions of libtorch are taken, and what is said of the others.</summary>
internal static class LibtorchVersions
{
    /// <summary>PyTorch promises no C++ ABI between minor versions; TorchSharp 0.107 is built for this one.</summary>
    public const string Required = "2.10";

    /// <summary>The environment variable that has another version tried: such as a neighbour's, on a machine that has no other.</summary>
    public const string AnyVariable = "ALEXNET_LIBTORCH_ANY";

    private const int BitsOfField = 8;

    /// <summary>Whether the user wants another version tried.</summary>
    public static bool TakesAny => IsSet(Environment.GetEnvironmentVariable(AnyVariable));

    internal static bool IsSet(string? value) =>
        !string.IsNullOrEmpty(value) && value != "0" && !value.Equals("false", StringComparison.OrdinalIgnoreCase);

    /// <summary>The version that libtorch states in one number: a byte each for major, minor and patch, from the top.</summary>
    public static Version Unpack(ulong packed) =>
        new((byte)(packed >> (7 * BitsOfField)), (byte)(packed >> (6 * BitsOfField)), (byte)(packed >> (5 * BitsOfField)));

    /// <summary>What is wrong with a version; null where it is taken.</summary>
    public static string? Objection(Version found, bool takesAny) =>
        takesAny || IsRequired(found)
            ? null
            : $"it is libtorch {found}, but TorchSharp needs {Required}; another version can crash the process at any call "
                + $"({AnyVariable}=1 tries it all the same).";

    /// <summary>What is to be told of a version that is taken; empty for the required one.</summary>
    public static string Remark(Version taken) =>
        IsRequired(taken)
            ? ""
            : $" It is libtorch {taken}, tried because of {AnyVariable}; TorchSharp is built for {Required}, and a call whose layout has "
                + "changed can crash the process.";

    private static bool IsRequired(Version version) => version.ToString(2) == Required;
}
