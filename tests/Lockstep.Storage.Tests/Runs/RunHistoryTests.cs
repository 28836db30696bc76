using AlexNet.Testing;
using Lockstep.Core.Errors;
using Lockstep.Storage.Checkpoints;
using Lockstep.Storage.Runs;

namespace Lockstep.Storage.Tests.Runs;

public sealed class RunHistoryTests : IDisposable
{
    private readonly TemporaryFolder _run = new();

    [Fact]
    public void Read_WhatARunWrites_IsItsStepsAndEpochs()
    {
        Write(
            """
            {"event":"step","step":1,"epoch":1,"loss":2.5,"samples":16,"rate":0.01,"samples_per_second":100}
            {"event":"step","step":2,"epoch":1,"loss":"Infinity","samples":16,"rate":0.001,"samples_per_second":100}
            {"event":"epoch","epoch":1,"step":2,"loss":2.4,"test_loss":2.3,"top1":0.5,"top5":0.75}

            """
        );
        var history = RunHistory.Read(_run.Path);
        Assert.Equal([Measured.Step(1, 2.5, 0.01), Measured.Step(2, double.PositiveInfinity, 0.001)], history.Steps);
        Assert.Equal([Measured.Epoch(1, 2, 2.3, 0.5, 0.75)], history.Epochs);
    }

    [Theory]
    [InlineData("samples_per_second")]
    [InlineData("images_per_second")] // before ADR 15
    public void Read_ASpeedOfTodayOrOfBefore_IsKnown(string name)
    {
        Write($$"""{"event":"step","step":1,"epoch":1,"loss":2.5,"samples":16,"rate":0.01,"{{name}}":100}""" + "\n");
        Assert.Equal(100, Assert.Single(RunHistory.Read(_run.Path).Steps).SamplesPerSecond);
    }

    [Fact]
    public void Read_WhileALineIsBeingWritten_LeavesItOut()
    {
        Write(
            """
            {"event":"step","step":1,"epoch":1,"loss":2.5,"samples":16,"rate":0.01,"samples_per_second":100}
            {"event":"step","step":2,"ep
            {"event":"step","step":3,"epoch":1,"loss":2.5,"samples":16,"rate":0.01,"samples_per_second":100}
            {"event":"step","step":4
            """
        );
        Assert.Equal([1, 3], RunHistory.Read(_run.Path).Steps.Select(s => s.Step));
    }

    [Fact]
    public void Read_WhileTheRunHasTheFileOpen_Succeeds()
    {
        using var run = new FileStream(
            _run[CheckpointFiles.Metrics],
            FileMode.Append,
            FileAccess.Write,
            FileShare.ReadWrite,
            bufferSize: 0
        );
        run.Write("""{"event":"step","step":1,"loss":2.5,"rate":0.01}"""u8);
        Assert.Single(RunHistory.Read(_run.Path).Steps);
    }

    [Fact]
    public void Read_NothingThere_SaysWhatIsMissing()
    {
        Assert.Contains(
            "'metrics.jsonl' is missing",
            Assert.Throws<BadInputException>(() => RunHistory.Read(_run.Path)).Message,
            StringComparison.Ordinal
        );
        Write("");
        Assert.Contains(
            "has no step yet",
            Assert.Throws<BadInputException>(() => RunHistory.Read(_run.Path)).Message,
            StringComparison.Ordinal
        );
    }

    public void Dispose() => _run.Dispose();

    private void Write(string lines) => File.WriteAllText(_run[CheckpointFiles.Metrics], lines);
}
