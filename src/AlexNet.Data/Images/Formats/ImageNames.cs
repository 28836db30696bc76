namespace AlexNet.Data.Images.Formats;

/// <summary>What the names of files tell.</summary>
internal static class ImageNames
{
    /// <summary>Taken at their word until they are read.</summary>
    private static readonly HashSet<string> Extensions = new(
        [".jpg", ".jpeg", ".jpe", ".jfif", ".png", ".webp", ".bmp"],
        StringComparer.OrdinalIgnoreCase
    );

    /// <summary>What file managers and archives leave behind, besides names that begin with a dot.</summary>
    private static readonly HashSet<string> Litter = new(["Thumbs.db", "desktop.ini", "__MACOSX"], StringComparer.OrdinalIgnoreCase);

    public static bool IsImage(string name) => Extensions.Contains(Path.GetExtension(name));

    /// <summary>To be passed over in silence.</summary>
    public static bool IsLitter(string name) => name.StartsWith('.') || Litter.Contains(name);
}
