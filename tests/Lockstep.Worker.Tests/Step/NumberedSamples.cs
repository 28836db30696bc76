using Lockstep.Core.Sampling;

namespace Lockstep.Worker.Tests.Step;

/// <summary>Samples that are their own index.</summary>
internal sealed class NumberedSamples(int count) : ISampleSet
{
    public int Count => count;

    public IBatchSource Load(IEnumerable<BatchPlan> plans, int threads) => new Source(plans.GetEnumerator());

    private sealed class Source(IEnumerator<BatchPlan> plans) : IBatchSource
    {
        public IBatch? Next(CancellationToken cancellation) => plans.MoveNext() ? new Batch(plans.Current) : null;

        public void Dispose() => plans.Dispose();
    }

    private sealed record Batch(BatchPlan Plan) : IBatch
    {
        public void Dispose()
        {
            // it holds nothing
        }
    }
}
