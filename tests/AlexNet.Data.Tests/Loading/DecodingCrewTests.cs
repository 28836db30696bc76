using AlexNet.Data.Loading;

namespace AlexNet.Data.Tests.Loading;

public class DecodingCrewTests
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(30);

    private static CancellationToken Cancellation => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData(0, 10)]
    [InlineData(3, 0)]
    [InlineData(3, 1)]
    [InlineData(3, 1000)]
    public void Run_AnyNumber_DoesEachOnce(int helpers, int count)
    {
        using var crew = new DecodingCrew(helpers);
        int[] done = new int[count];
        for (int round = 1; round <= 3; round++)
        {
            crew.Run(count, i => Interlocked.Increment(ref done[i]), Cancellation);
            Assert.All(done, d => Assert.Equal(round, d));
        }
    }

    [Fact]
    public void Run_WithHelpers_WorksAtTheSameTime()
    {
        using var crew = new DecodingCrew(helpers: 2);
        using var together = new Barrier(3);
        crew.Run(3, _ => Assert.True(together.SignalAndWait(Patience, Cancellation)), Cancellation);
    }

    /// <summary>The second sample fails at once, the first only then; the first is reported.</summary>
    [Fact]
    public void Run_SeveralFailures_ReportsTheFirstInOrder()
    {
        using var crew = new DecodingCrew(helpers: 1);
        using var failed = new ManualResetEventSlim();
        var error = Assert.Throws<InvalidDataException>(() =>
            crew.Run(
                50,
                i =>
                {
                    if (i == 0)
                        Assert.True(failed.Wait(Patience, Cancellation));
                    else
                        failed.Set();
                    throw new InvalidDataException($"sample {i}");
                },
                Cancellation
            )
        );
        Assert.Equal("sample 0", error.Message);
    }

    [Fact]
    public void Run_Cancelled_BeginsNoMore()
    {
        using var crew = new DecodingCrew(helpers: 1);
        using var cancellation = new CancellationTokenSource();
        int begun = 0;
        Assert.Throws<OperationCanceledException>(() =>
            crew.Run(
                1000,
                _ =>
                {
                    Interlocked.Increment(ref begun);
                    cancellation.Cancel();
                },
                cancellation.Token
            )
        );
        Assert.InRange(begun, 1, 2);
    }
}
