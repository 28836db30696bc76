using AlexNet.Testing;

namespace EndToEnd.Tests;

/// <summary>Files of the working copy that the tests were built in.</summary>
internal static class Repository
{
    /// <summary>The root of the working copy.</summary>
    public static string Root => Checkout.Root;

    /// <summary>A file or folder of the working copy.</summary>
    public static string PathOf(string name) => Path.Combine(Root, name);

    /// <summary>
    /// A data set in <c>shared/data</c> beside the working copy, which only developers have; the test is skipped without it.
    /// </summary>
    public static string SharedData(string name)
    {
        string? path = Checkout.Above(Path.Combine("shared", "data", name));
        Assert.SkipWhen(path is null, $"needs shared/data/{name} beside the working copy.");
        return path ?? "";
    }
}
