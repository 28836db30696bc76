using AlexNet.CheckBenchmark;

namespace AlexNet.Cli.Tests.Bench;

public class CheckRowTests
{
    [Theory]
    [InlineData(1e-4, true)]
    [InlineData(1.1e-4, false)]
    [InlineData(double.NaN, false)]
    public void Of_Distance_IsGoodUpToTheBound(double found, bool good) => Assert.Equal(good, CheckRow.Of("a", found, 1e-4, "law 1").Good);

    [Fact]
    public void Row_Markdown_KeepsItsColumns() =>
        Assert.Equal(
            @"| a \| b | it broke down | it must run | NO |",
            CheckTable.Row("markdown", CheckRow.Failed("a | b", new InvalidOperationException("it broke\ndown")))
        );
}
