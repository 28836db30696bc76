using AlexNet.Testing;

namespace Examples.Tests;

/// <summary>Folders of the checkout as somebody has them who has no others.</summary>
internal static class PartOfCheckout
{
    private static readonly string[] Built = ["bin", "obj"];

    /// <summary>Copies a folder of it to the same place below another root, without what was built there.</summary>
    public static void Copy(string folder, string root)
    {
        foreach (string file in Directory.GetFiles(Path.Combine(Checkout.Root, folder), "*", SearchOption.AllDirectories))
        {
            string path = Path.GetRelativePath(Checkout.Root, file),
                to = Path.Combine(root, path);
            if (path.Split(Path.DirectorySeparatorChar).Intersect(Built).Any())
                continue;
            Directory.CreateDirectory(Path.GetDirectoryName(to) ?? root);
            File.Copy(file, to);
        }
    }
}
