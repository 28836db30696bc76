using Lockstep.Worker.Control;

namespace Lockstep.Worker.Tests.Control;

public class BorderTests
{
    private readonly Border _border = new();

    [Fact]
    public void Take_WhatWasAsked_IsAllOfItOnce()
    {
        _border.Ask(BorderActions.Save);
        _border.Ask(BorderActions.Drain);

        Assert.Equal(BorderActions.Save | BorderActions.Drain, _border.Take());
        Assert.Equal(BorderActions.None, _border.Take());
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void TryAskToLeave_OfAWorker_AsksToRegroup_AndHasABorderWhileItTrains(bool isTraining)
    {
        _border.IsTraining = isTraining;
        Assert.False(_border.IsLeaving);

        Assert.Equal(isTraining, _border.TryAskToLeave());

        Assert.True(_border.IsLeaving);
        Assert.Equal(BorderActions.Regroup, _border.Take());
    }
}
