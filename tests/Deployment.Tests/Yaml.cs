using AlexNet.Testing;
using YamlDotNet.Core;
using YamlDotNet.Serialization;
using YamlDotNet.Serialization.NamingConventions;

namespace Deployment.Tests;

/// <summary>Reads the YAML files of <c>deploy/</c>; a key that its type lacks is an error.</summary>
internal static class Yaml
{
    /// <summary>A document in one form, with its keys in order, for comparing.</summary>
    public static string Write(object document) => new SerializerBuilder().Build().Serialize(Ordered(document));

    private static object Ordered(object node) =>
        node switch
        {
            IDictionary<object, object> map => map.OrderBy(pair => $"{pair.Key}", StringComparer.Ordinal)
                .ToDictionary(pair => pair.Key, pair => Ordered(pair.Value)),
            IEnumerable<object> list => list.Select(Ordered).ToList(),
            _ => node,
        };

    public static T Read<T>(string path) => Parse<T>(File.ReadAllText(Checkout.PathOf(path)));

    public static T Parse<T>(string yaml)
    {
        var deserializer = new DeserializerBuilder().WithNamingConvention(UnderscoredNamingConvention.Instance).Build();
        return deserializer.Deserialize<T>(new MergingParser(new Parser(new StringReader(yaml))));
    }
}
