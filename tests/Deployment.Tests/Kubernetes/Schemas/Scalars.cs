using System.Globalization;
using System.Text.RegularExpressions;
using k8s.Models;
using YamlDotNet.Core;
using YamlDotNet.RepresentationModel;

namespace Deployment.Tests.Kubernetes.Schemas;

/// <summary>Texts, numbers and the like, as Kubernetes reads them from YAML: what has no quotes and looks like a number is one.</summary>
internal static partial class Scalars
{
    private static readonly Dictionary<Type, (string Meaning, Func<YamlScalarNode, bool> Fits)> Kinds = new()
    {
        [typeof(string)] = ("a text, in quotes where it looks like a number or a truth value", IsText),
        [typeof(bool)] = ("true or false", IsTruth),
        [typeof(int)] = ("a whole number", s => IsWhole(s) && int.TryParse(s.Value, CultureInfo.InvariantCulture, out _)),
        [typeof(long)] = ("a whole number", IsWhole),
        [typeof(IntOrString)] = ("a whole number or a text", s => IsWhole(s) || IsText(s)),
        [typeof(ResourceQuantity)] = ("a quantity such as 100m or 2Gi", s => Quantity().IsMatch(s.Value ?? "")),
        [typeof(byte[])] = ("bytes in base 64", s => Convert.TryFromBase64String(s.Value ?? "", new byte[s.Value?.Length ?? 0], out _)),
        [typeof(DateTime)] = ("a time", s => DateTime.TryParse(s.Value, CultureInfo.InvariantCulture, out _)),
    };

    public static bool Understands(Type type) => Kinds.ContainsKey(type);

    public static bool Fits(YamlScalarNode scalar, Type type) => Kinds[type].Fits(scalar);

    public static string MeaningOf(Type type) => Kinds[type].Meaning;

    /// <summary>Null, which a server takes for a field that is not there.</summary>
    public static bool IsNothing(YamlNode node) => node is YamlScalarNode { Style: ScalarStyle.Plain, Value: "" or "~" or "null" };

    private static bool IsText(YamlScalarNode scalar) =>
        scalar.Style is not (ScalarStyle.Plain or ScalarStyle.Any) || !(IsTruth(scalar) || NotText().IsMatch(scalar.Value ?? ""));

    private static bool IsTruth(YamlScalarNode scalar) => scalar is { Style: ScalarStyle.Plain, Value: "true" or "false" };

    private static bool IsWhole(YamlScalarNode scalar) =>
        scalar.Style is ScalarStyle.Plain
        && long.TryParse(scalar.Value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _);

    // nothing, null, ~ and numbers
    [GeneratedRegex(@"^(|~|null|Null|NULL|[-+]?(\d+|0x[0-9a-fA-F]+|0o?[0-7]+|(\d+\.?\d*|\.\d+)([eE][-+]?\d+)?|\.inf|\.Inf)|\.nan|\.NaN)$")]
    private static partial Regex NotText();

    [GeneratedRegex(@"^[-+]?(\d+(\.\d*)?|\.\d+)(m|k|M|G|T|P|E|Ki|Mi|Gi|Ti|Pi|Ei|[eE][-+]?\d+)?$")]
    private static partial Regex Quantity();
}
