using AlexNet.Testing;
using Lockstep.Core.Runs;
using Lockstep.Storage.Runs;

namespace Lockstep.Storage.Tests.Runs;

/// <summary>A coordinator reads what the one before has accounted for, and begins anew where that cannot be true.</summary>
public sealed class GoodputFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void TryRead_AfterWrite_ReadsTheSame()
    {
        var kept = new KeptGoodput(DateTimeOffset.UnixEpoch.AddDays(20_000), 7, true, new([new(TimeUse.Away, 1.25)]));
        GoodputFile.Write(_folder.Path, kept);
        var read = GoodputFile.TryRead(_folder.Path);
        Assert.Equal(kept.Goodput.Uses, read?.Goodput.Uses);
        Assert.Equal(kept, read! with { Goodput = kept.Goodput });
    }

    [Theory]
    [InlineData("")]
    [InlineData("{}")]
    [InlineData("""{"furthest_step": 7, "is_over": false, "goodput": {"uses": [{"use": "productive", "seconds": 5}]}}""")] // no time
    [InlineData("""{"time": "2026-12-03T00:00:00Z", "goodput": {"uses": [{"use": "productive", "seconds": -5}]}}""")]
    [InlineData("""{"time": "2026-12-03T00:00:00Z", "goodput": {"uses": null}}""")]
    public void TryRead_WhatCannotBeTrue_IsNothing(string text)
    {
        File.WriteAllText(_folder[GoodputFile.Name], text);
        Assert.Null(GoodputFile.TryRead(_folder.Path));
    }

    public void Dispose() => _folder.Dispose();
}
