using System.Reflection;
using System.Text;
using System.Text.Json;
using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace AlexNet.Recipes.Tests.Describing;

/// <summary>The doc comments of the recipe types, as plain text: the one place where a key is described.</summary>
internal static partial class DocComments
{
    private static readonly Dictionary<Assembly, Dictionary<string, XElement>> Files = [];

    /// <summary>The summary of a property, a type or a word of an enumeration; null for none.</summary>
    public static string? SummaryOf(MemberInfo member)
    {
        var assembly = (member as Type ?? member.DeclaringType)?.Assembly ?? throw new ArgumentException("It has no type.", nameof(member));
        string? id = member switch
        {
            Type type => $"T:{type.FullName}",
            PropertyInfo property => $"P:{property.DeclaringType?.FullName}.{property.Name}",
            FieldInfo field => $"F:{field.DeclaringType?.FullName}.{field.Name}",
            _ => null,
        };
        return id is null ? null : Summary(id, assembly);
    }

    private static string? Summary(string id, Assembly assembly)
    {
        var comment = Of(assembly).GetValueOrDefault(id);
        if (comment?.Element("inheritdoc")?.Attribute("cref")?.Value is { } other)
            return Summary(other, typeof(Lockstep.Core.Recipes.RunRecipe).Assembly);
        return comment?.Element("summary") is { } summary ? Spaces().Replace(Text(summary), " ").Trim() : null;
    }

    private static Dictionary<string, XElement> Of(Assembly assembly)
    {
        lock (Files)
        {
            if (!Files.TryGetValue(assembly, out var members))
            {
                var file = XDocument.Load(Path.ChangeExtension(assembly.Location, ".xml"));
                members = file.Descendants("member").ToDictionary(m => m.Attribute("name")?.Value ?? "");
                Files.Add(assembly, members);
            }
            return members;
        }
    }

    /// <summary>A reference to another key becomes its name.</summary>
    private static string Text(XElement element)
    {
        var text = new StringBuilder();
        foreach (var node in element.Nodes())
        {
            text.Append(
                node switch
                {
                    XText plain => plain.Value,
                    XElement { Name.LocalName: "see" } see => Name(see.Attribute("cref")?.Value ?? ""),
                    XElement { Name.LocalName: "c" } code => $"`{Text(code)}`",
                    XElement inner => Text(inner),
                    _ => "",
                }
            );
        }

        return text.ToString();
    }

    private static string Name(string id) => JsonNamingPolicy.CamelCase.ConvertName(id[(id.LastIndexOf('.') + 1)..]);

    [GeneratedRegex(@"\s+")]
    private static partial Regex Spaces();
}
