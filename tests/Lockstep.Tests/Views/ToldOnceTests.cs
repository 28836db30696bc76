using Lockstep.Protocol.V1;
using Lockstep.Views;

namespace Lockstep.Tests.Views;

public class ToldOnceTests
{
    [Fact]
    public void IsNews_TheSameSentenceInOtherWords_IsToldOnceAGeneration()
    {
        var told = new ToldOnce();
        Assert.True(told.IsNews("worker w1 was lost"));
        Assert.False(told.IsNews("Worker w1 was lost."));
        told.Forget();
        Assert.True(told.IsNews("Worker w1 was lost."));
    }

    [Theory]
    [InlineData(WorkerChanged.Types.Stage.Lost, "", "Worker w1 was lost (process 2 on b).")]
    [InlineData(WorkerChanged.Types.Stage.Lost, "its connection broke", "Worker w1 was lost (process 2 on b): its connection broke.")]
    [InlineData(WorkerChanged.Types.Stage.Joined, "on device cpu", "Worker w1 joined (process 2 on b): on device cpu.")]
    [InlineData(
        WorkerChanged.Types.Stage.Lost,
        "worker w1 (replica 0, shard 1), process 2 on b, was lost after step 40",
        "Worker w1 (replica 0, shard 1), process 2 on b, was lost after step 40."
    )]
    public void WorkerLine_WhateverIsKnown_IsOneSentence(WorkerChanged.Types.Stage stage, string message, string expected) =>
        Assert.Equal(
            expected,
            RunProgress.WorkerLine(
                new WorkerChanged
                {
                    WorkerId = "w1",
                    ProcessId = 2,
                    Host = "b",
                    Stage = stage,
                    Message = message,
                }
            )
        );
}
