using System.Reflection;
using System.Text.Json;
using System.Text.Json.Serialization;
using YamlDotNet.RepresentationModel;

namespace Deployment.Tests.Kubernetes.Schemas;

/// <summary>
/// Holds an object of YAML against the type that its kind names, as an API server does that validates strictly. The reader of
/// KubernetesClient takes a number for a text and leaves out what is missing; a server refuses both.
/// </summary>
internal static class Schema
{
    /// <summary>Everything that is wrong: a place and what is the matter with it.</summary>
    public static IReadOnlyList<string> ProblemsOf(YamlNode node, Type type)
    {
        var problems = new List<string>();
        Check(node, type, type.Name, problems);
        return problems;
    }

    private static void Check(YamlNode node, Type type, string place, List<string> problems)
    {
        type = Nullable.GetUnderlyingType(type) ?? type;
        if (type == typeof(object))
            return;
        if (ItemOf(type, typeof(IDictionary<,>)) is { } value)
            CheckMap(node, value, place, problems);
        else if (!Scalars.Understands(type) && ItemOf(type, typeof(IEnumerable<>)) is { } item)
            CheckList(node, item, place, problems);
        else if (Scalars.Understands(type))
            CheckScalar(node, type, place, problems);
        else
            CheckObject(node, type, place, problems);
    }

    private static void CheckMap(YamlNode node, Type value, string place, List<string> problems)
    {
        if (node is not YamlMappingNode map)
        {
            problems.Add($"{place} is no map");
        }
        else
        {
            foreach (var (key, child) in map.Children)
                Check(child, value, $"{place}[{key}]", problems);
        }
    }

    private static void CheckList(YamlNode node, Type item, string place, List<string> problems)
    {
        if (node is not YamlSequenceNode list)
        {
            problems.Add($"{place} is no list");
        }
        else
        {
            for (int i = 0; i < list.Children.Count; i++)
                Check(list.Children[i], item, $"{place}[{i}]", problems);
        }
    }

    private static void CheckScalar(YamlNode node, Type type, string place, List<string> problems)
    {
        if (node is not YamlScalarNode scalar || !Scalars.Fits(scalar, type))
            problems.Add($"{place} is '{node}'; it must be {Scalars.MeaningOf(type)}");
    }

    private static void CheckObject(YamlNode node, Type type, string place, List<string> problems)
    {
        if (node is not YamlMappingNode map)
        {
            problems.Add($"{place} is no object");
            return;
        }

        var fields = type.GetProperties().ToDictionary(NameOf);
        var given = map.Children.Where(pair => !Scalars.IsNothing(pair.Value)).ToDictionary();
        foreach (var (key, child) in given)
        {
            string name = $"{key}";
            if (!fields.TryGetValue(name, out var field))
            {
                problems.Add($"{place}.{name} is unknown");
            }
            else
            {
                Check(child, field.PropertyType, $"{place}.{name}", problems);
                foreach (string text in TextsOf(child))
                {
                    if (ApiRules.AllowedIn(type, name) is { } allowed && !allowed.Contains(text))
                        problems.Add($"{place}.{name} is '{text}'; it must be one of {string.Join(", ", allowed)}");
                }
            }
        }

        problems.AddRange(
            fields
                .Where(field => !given.ContainsKey(field.Key) && (IsRequired(field.Value) || ApiRules.IsRequired(type, field.Key)))
                .Select(field => $"{place}.{field.Key} is missing")
        );
    }

    // a number that may be left out is nullable in KubernetesClient's types, and texts and objects are in ApiRules
    private static bool IsRequired(PropertyInfo field) =>
        field.PropertyType.IsValueType && Nullable.GetUnderlyingType(field.PropertyType) is null
        || field.CustomAttributes.Any(a => a.AttributeType.Name == "RequiredMemberAttribute");

    private static string NameOf(PropertyInfo field) =>
        field.GetCustomAttribute<JsonPropertyNameAttribute>()?.Name ?? JsonNamingPolicy.CamelCase.ConvertName(field.Name);

    private static IEnumerable<string> TextsOf(YamlNode node) =>
        node switch
        {
            YamlScalarNode scalar => [scalar.Value ?? ""],
            YamlSequenceNode list => list.Children.OfType<YamlScalarNode>().Select(s => s.Value ?? ""),
            _ => [],
        };

    private static Type? ItemOf(Type type, Type generic) =>
        type.GetInterfaces()
            .Append(type)
            .FirstOrDefault(i => i.IsGenericType && i.GetGenericTypeDefinition() == generic)
            ?.GetGenericArguments()[^1];
}
