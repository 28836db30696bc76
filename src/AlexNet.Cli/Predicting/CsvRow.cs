namespace AlexNet.Cli.Predicting;

/// <summary>Rows of comma-separated values, as RFC 4180 has them.</summary>
internal static class CsvRow
{
    private const string Quoted = ",\"\r\n"; // a field with one of these stands in quotes

    /// <summary>One row with its end, CR LF.</summary>
    public static string Of(params IEnumerable<string> fields) => string.Join(',', fields.Select(Field)) + "\r\n";

    private static string Field(string text) => text.AsSpan().ContainsAny(Quoted) ? $"\"{text.Replace("\"", "\"\"")}\"" : text;
}
