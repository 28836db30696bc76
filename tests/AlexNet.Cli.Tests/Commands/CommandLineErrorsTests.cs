using AlexNet.Cli.Commands;
using Lockstep.Commands;

namespace AlexNet.Cli.Tests.Commands;

/// <summary>What is wrong with a command line is said in its own words.</summary>
public sealed class CommandLineErrorsTests
{
    [Theory]
    [InlineData("train --shard 2", "option '--shard' is unknown; did you mean --shards?", "'alexnet train --help'")]
    [InlineData("train quickstart --shard=2", "option '--shard' is unknown; did you mean --shards?", "'alexnet train --help'")]
    [InlineData(
        "train --micro-batch 2 --epoch 3",
        "option '--micro-batch' is unknown; did you mean --micro-batches?\noption '--epoch' is unknown; did you mean --epochs?",
        "'alexnet train --help'"
    )]
    [InlineData("eval run --frobnicate", "option '--frobnicate' is unknown.", "'alexnet eval --help'")]
    [InlineData("trian", "'trian' is not a command of 'alexnet'; did you mean train?", "'alexnet --help'")]
    [InlineData("data infoo", "'infoo' is not a command of 'alexnet data'; did you mean info?", "'alexnet data --help'")]
    [InlineData("data", "'alexnet data' needs a command: info, show, pack, download.", "'alexnet data --help'")]
    [InlineData(
        "train quickstart more",
        "'more': more than 'alexnet train' takes; words that belong together need quotes.",
        "'alexnet train --help'"
    )]
    [InlineData(
        "train --seed 9223372036854775808",
        "--seed is '9223372036854775808'; it must be a whole number, at most 9223372036854775807.",
        "'alexnet train --help'"
    )]
    [InlineData("train --shards two", "--shards is 'two'; it must be a whole number, at most 2147483647.", "'alexnet train --help'")]
    [InlineData("train --deadline soon", "--deadline is 'soon'; it must be a number.", "'alexnet train --help'")]
    [InlineData("train --shards 1 --shards 2", "--shards is given more than once (1, 2); give it once.", "'alexnet train --help'")]
    [InlineData("train --shards", "--shards needs a value.", "'alexnet train --help'")]
    [InlineData("train --plan rows", "--plan is 'rows'; it must be data, hybrid, towers.", "'alexnet train --help'")]
    [InlineData(
        "bench compute --precision fp32 fp8",
        "--precision is 'fp8'; it must be bf16, fp32, tf32.",
        "'alexnet bench compute --help'"
    )]
    [InlineData("resume", "'alexnet resume' needs RUN: The directory of the run, or s3://BUCKET/PREFIX.", "'alexnet resume --help'")]
    public void Of_WrongCommandLine_SaysWhatIsRequiredAndWhereHelpIs(string line, string expected, string help) =>
        Assert.Equal(
            $"{expected}\n{help} lists what is known.",
            string.Join('\n', CommandLineErrors.Of(AlexnetCommand.Create().Parse(line)))
        );

    [Theory]
    [InlineData("train")]
    [InlineData("train quickstart --shards 1 --set a=1 --set b=2")]
    [InlineData("predict run -- --strange.jpg")]
    [InlineData("train --help")]
    [InlineData("--version")]
    public void Of_RightCommandLine_IsNothing(string line) => Assert.Empty(CommandLineErrors.Of(AlexnetCommand.Create().Parse(line)));

    [Theory]
    [InlineData(true, "train", "--output", "json")]
    [InlineData(true, "trian", "--output=json")]
    [InlineData(true, "compare", "--json")]
    [InlineData(false, "train", "--output", "text", "json")]
    [InlineData(false, "recipes")]
    public void WantsJson_AsTheArgumentsSay(bool expected, params string[] arguments) =>
        Assert.Equal(expected, Failure.WantsJson(arguments));
}
