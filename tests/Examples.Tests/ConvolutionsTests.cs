using System.Globalization;
using AlexNet.Testing;

namespace Examples.Tests;

/// <summary>The page on wrong convolutions quotes this program.</summary>
public sealed class ConvolutionsTests
{
    private const string Folder = "examples/convolutions";

    [Fact]
    public void The_page_quotes_the_program_word_for_word()
    {
        string program = File.ReadAllText(Path.Combine(Checkout.Root, Folder, "Program.cs"));
        Assert.Contains(
            $"```csharp\n{program}```\n",
            File.ReadAllText(Path.Combine(Checkout.Root, "docs/convolutions.md")),
            StringComparison.Ordinal
        );
    }

    [Fact]
    public async Task The_program_shows_the_fault_and_the_cure()
    {
        await using var process = ProgramProcess.Start(ProgramProcess.Beside("convolutions"), []);
        double stock = Number(await process.WaitForLineAsync(l => l.StartsWith("stock: ", StringComparison.Ordinal), "stock", Deadline));
        double cured = Number(await process.WaitForLineAsync(l => l.StartsWith("cured: ", StringComparison.Ordinal), "cured", Deadline));
        await process.SucceedAsync(Deadline);

        Assert.InRange(cured, 0, 1e-5);
        Assert.SkipUnless(!(stock < 1e-5), $"libtorch is right on this processor: its gradient is {stock:G2} from fp64.");
        Assert.False(stock < 1e-3, $"{stock}"); // or NaN
    }

    private static TimeSpan Deadline => TimeSpan.FromMinutes(1);

    private static double Number(string line) => double.Parse(line.Split(' ')[1], CultureInfo.InvariantCulture);
}
