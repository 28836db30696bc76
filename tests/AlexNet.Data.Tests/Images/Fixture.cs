namespace AlexNet.Data.Tests.Images;

/// <summary>The pictures of the folder Fixtures, and what Pillow makes of them; the script there drew both.</summary>
internal static class Fixture
{
    /// <summary>As the script has them.</summary>
    public const int Size = 40,
        Crop = 32;

    private static readonly string Directory = Path.Combine(AppContext.BaseDirectory, "Images", "Fixtures");

    public static IEnumerable<string> Names =>
        System.IO.Directory.GetFiles(Directory, "*.rgb").Select(Path.GetFileNameWithoutExtension).OfType<string>();

    public static string PathOf(string name) => Path.Combine(Directory, name);

    /// <summary>What is expected of a picture: 3 x crop x crop.</summary>
    public static byte[] Expected(string name) => File.ReadAllBytes(PathOf(name + ".rgb"));
}
