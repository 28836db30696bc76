using System.Text;
using AlexNet.Cli.Predicting;

namespace AlexNet.Cli.Tests.Predicting;

public class CsvRowTests
{
    [Theory]
    [InlineData("plain", "plain")]
    [InlineData("", "")]
    [InlineData(" a b ", " a b ")]
    [InlineData("a,b", "\"a,b\"")]
    [InlineData("say \"a\"", "\"say \"\"a\"\"\"")]
    [InlineData("a\nb", "\"a\nb\"")]
    [InlineData("a\rb", "\"a\rb\"")]
    public void Of_OneField_IsQuotedWhereItMustBe(string field, string expected) =>
        Assert.Equal($"x,{expected}\r\n", CsvRow.Of("x", field));

    [Fact]
    public void Of_RandomFields_CanBeReadBack()
    {
        var random = new Random(11);
        string[][] rows =
        [
            .. Enumerable
                .Range(0, 500)
                .Select(_ =>
                    Enumerable
                        .Range(0, random.Next(2, 6))
                        .Select(_ => new string(random.GetItems<char>(",\"\r\nab ü", random.Next(6))))
                        .ToArray()
                ),
        ];
        Assert.Equal(rows, Read(string.Concat(rows.Select(r => CsvRow.Of(r)))));
    }

    /// <summary>The grammar of RFC 4180, section 2.</summary>
    private static List<string[]> Read(string text)
    {
        var (rows, row) = (new List<string[]>(), new List<string>());
        for (int i = 0; i < text.Length; )
        {
            var field = new StringBuilder();
            if (text[i] == '"')
            {
                for (i++; text[i] != '"' || text[i + 1] == '"'; i++)
                    field.Append(text[i] == '"' ? text[++i] : text[i]);
                i++;
            }
            else
            {
                while (text[i] is not ',' and not '\r')
                    field.Append(text[i] is '"' or '\n' ? throw new FormatException($"at {i}") : text[i++]);
            }

            row.Add(field.ToString());
            if (text[i++] == ',')
                continue;
            Assert.Equal('\n', text[i++]);
            rows.Add([.. row]);
            row.Clear();
        }

        return rows;
    }
}
