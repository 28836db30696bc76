using AlexNet.Cli.Sweeping;

namespace AlexNet.Cli.Tests.Sweeping;

public class SweepAxisTests
{
    [Theory]
    [InlineData("optimizer.rate=0.01, 0.02,0.05", "0.01", "0.02", "0.05")]
    [InlineData("net.layers.conv1.lrn=null,{\"size\":3,\"k\":2}", "null", "{\"size\":3,\"k\":2}")]
    [InlineData("name=\"a,b\",c", "\"a,b\"", "c")]
    [InlineData("data.mean=[1,2,3]", "[1,2,3]")]
    public void Parse_AList_IsItsValues(string text, params string[] values)
    {
        var errors = new List<string>();
        Assert.Equal(values, SweepAxis.Parse(text, errors)?.Values);
        Assert.Empty(errors);
    }

    [Theory]
    [InlineData("optimizer.rate", "it must be KEY=VALUE,VALUE,...")]
    [InlineData("optimizer.rate=", "it must be KEY=VALUE,VALUE,...")]
    [InlineData("=1,2", "it must be KEY=VALUE,VALUE,...")]
    [InlineData("optimizer.rate=1,,2", "it must be KEY=VALUE,VALUE,...")]
    [InlineData("optimizer.rate=1,2,1", "has a value twice")]
    [InlineData("seed=1,2", "give --seeds N")]
    public void Parse_AnythingElse_IsRefused(string text, string error)
    {
        var errors = new List<string>();
        Assert.Null(SweepAxis.Parse(text, errors));
        Assert.Contains(error, Assert.Single(errors), StringComparison.Ordinal);
    }

    [Fact]
    public void All_TwoAxes_AreEveryCombination()
    {
        var settings = SweepSetting.All([new("a", ["1", "2"]), new("b.c", ["x", "y"])]);
        Assert.Equal(["a=1 b.c=x", "a=1 b.c=y", "a=2 b.c=x", "a=2 b.c=y"], settings.Select(s => s.Name));
        Assert.Equal(["--set", "a=1", "--set", "b.c=y"], settings[1].Arguments);
        Assert.Equal("a=1_b.c=y_seed=-7", settings[1].DirectoryOf(-7));
        Assert.Equal("a=.._x_seed=0", new SweepSetting([new("a", "../x")]).DirectoryOf(0));
    }
}
