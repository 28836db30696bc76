using System.Reflection;
using ScottPlot;
using SkiaSharp;

namespace Lockstep.Pictures;

/// <summary>
/// The typeface of all pictures: Inter (SIL Open Font License), out of the package Avalonia.Fonts.Inter. It comes with the program, so that
/// a machine without fonts, such as a container, draws the same as any other.
/// </summary>
internal sealed class PictureFont : IFontResolver
{
    public const string Name = "Inter";

    private const string Package = "Avalonia.Fonts.Inter",
        Resources = "!AvaloniaResources",
        Ellipsis = "…";
    private const int FormatVersion = 2;

    private static readonly Lazy<(SKTypeface Regular, SKTypeface Bold)> Faces = new(Load);
    private static readonly Lazy<bool> InUse = new(Register);

    /// <summary>From now on the plotting library draws in this typeface.</summary>
    public static void Use() => _ = InUse.Value;

    /// <summary>The typeface in a size in pixels, for texts that the plotting library does not draw.</summary>
    public static SKFont Of(float size) => new(Faces.Value.Regular, size);

    /// <summary>How wide a text is, in pixels.</summary>
    public static float WidthOf(string text, float size)
    {
        using var font = Of(size);
        return font.MeasureText(text);
    }

    /// <summary>A text, or as much of it as is so wide with an ellipsis behind it.</summary>
    /// <param name="text">The text.</param>
    /// <param name="font">Its font.</param>
    /// <param name="room">In pixels.</param>
    public static string Fitted(string text, SKFont font, float room) =>
        font.MeasureText(text) <= room ? text : text[..(int)font.BreakText(text, room - font.MeasureText(Ellipsis))] + Ellipsis;

    public SKTypeface CreateTypeface(string fontName, FontWeight weight, FontSlant slant, FontSpacing spacing) =>
        CreateTypeface(fontName, weight > FontWeight.Medium, false);

    public SKTypeface CreateTypeface(string fontName, bool bold, bool italic) => bold ? Faces.Value.Bold : Faces.Value.Regular;

    private static bool Register()
    {
        Fonts.FontResolvers.Clear();
        Fonts.FontResolvers.Add(new PictureFont());
        Fonts.Default = Fonts.Sans = Fonts.Serif = Fonts.Monospace = Name;
        return true;
    }

    /// <summary>
    /// The resources of an Avalonia assembly: length of the index, its version, the number of entries, the entries, and what they name.
    /// </summary>
    private static (SKTypeface Regular, SKTypeface Bold) Load()
    {
        using var stream = LoadPackage().GetManifestResourceStream(Resources) ?? throw Unknown($"it has no resource '{Resources}'");
        using var reader = new BinaryReader(stream);
        int indexLength = reader.ReadInt32();
        if (reader.ReadInt32() is var version && version != FormatVersion)
            throw Unknown($"its resources have version {version}; {FormatVersion} is required");
        var entries = Enumerable
            .Range(0, reader.ReadInt32())
            .Select(_ => (Path: reader.ReadString(), Offset: reader.ReadInt32(), Length: reader.ReadInt32()))
            .ToList();
        return (Face("Regular"), Face("SemiBold"));

        SKTypeface Face(string style)
        {
            var (_, offset, length) = entries.Single(e => e.Path.EndsWith($"/Inter-{style}.ttf", StringComparison.Ordinal));
            stream.Position = sizeof(int) + indexLength + offset;
            using var data = SKData.CreateCopy(reader.ReadBytes(length));
            return SKTypeface.FromData(data) ?? throw Unknown($"the style {style} is not a typeface");
        }
    }

    /// <summary>The assembly lies in our own; none of its code runs.</summary>
    private static Assembly LoadPackage()
    {
        using var embedded = typeof(PictureFont).Assembly.GetManifestResourceStream(Package) ?? throw Unknown("it is not in this program");
        using var content = new MemoryStream();
        embedded.CopyTo(content);
        return Assembly.Load(content.ToArray());
    }

    private static InvalidOperationException Unknown(string how) =>
        new($"package {Package}: {how}; use the version that this program was written for.");
}
