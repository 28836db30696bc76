using YamlDotNet.Core;
using YamlDotNet.Serialization;
using YamlDotNet.Serialization.NamingConventions;

namespace AlexNet.EndToEnd.Tests.Deployment;

/// <summary>Reads the YAML files of <c>deploy/</c>; a key that its type lacks is an error.</summary>
internal static class Yaml
{
    /// <summary>A document in one form, for comparing.</summary>
    public static string Write(object document) => new SerializerBuilder().Build().Serialize(document);

    public static T Read<T>(string path) => Parse<T>(File.ReadAllText(Repository.PathOf(path)));

    public static T Parse<T>(string yaml)
    {
        var deserializer = new DeserializerBuilder().WithNamingConvention(UnderscoredNamingConvention.Instance).Build();
        return deserializer.Deserialize<T>(new MergingParser(new Parser(new StringReader(yaml))));
    }
}
