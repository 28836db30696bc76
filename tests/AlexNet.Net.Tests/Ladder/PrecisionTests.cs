using Lockstep.Core.Recipes;
using Lockstep.Torch.Devices;
using Lockstep.Torch.Parameters;
using static TorchSharp.torch;

namespace AlexNet.Net.Tests.Ladder;

/// <summary>bf16 beside fp32: the same net, weights and batch.</summary>
public class PrecisionTests
{
    private const int Steps = 4;

    [Theory]
    [InlineData("quickstart")]
    [InlineData("odd-net")]
    public void Losses_InBf16_FollowThoseInFp32(string name)
    {
        using var precise = new TrainingProgram(ParityFixture.Of(name));
        using var rounded = new TrainingProgram(ParityFixture.Of(name), Precision.Bf16);
        for (int step = 0; step < Steps; step++)
        {
            double expected = precise.Step(step, _ => { }),
                found = rounded.Step(step, _ => { });
            Assert.Equal(expected, found, 0.03 * expected); // bf16 has 8 bits: 0.4% for each of a few roundings
        }
        Assert.All(rounded.Shard.Parameters, p =>
            Assert.Equal((ScalarType.Float32, ScalarType.BFloat16), (p.Value.dtype, p.Working.dtype))
        );
    }

    [Fact]
    public void A_run_in_bf16_repeats_bit_for_bit()
    {
        Assert.Equal(Run(), Run());

        static double[] Run()
        {
            using var program = new TrainingProgram(ParityFixture.Of("quickstart"), Precision.Bf16);
            return [.. Enumerable.Range(0, Steps).Select(step => program.Step(step, _ => { }))];
        }
    }

    [Fact]
    public void Gradients_OfPartsOfABatch_AddUpInFp32()
    {
        using var scope = NewDisposeScope();
        using var parameter = new Parameter("p.weight", false, [2], new(0, 2), new Arithmetic(CPU, ScalarType.BFloat16));
        for (int part = 0; part < 300; part++) // in bf16 the sum would stand still at 256
        {
            parameter.Working.grad = ones(2, dtype: ScalarType.BFloat16);
            parameter.Accumulate();
        }
        using var gradient = parameter.Gradient();
        Assert.Equal([300f, 300f], gradient.data<float>().ToArray());
    }

    [Fact]
    public void A_step_allocates_no_more_managed_memory_than_its_wrappers_take()
    {
        const long most = 128 << 10; // bytes: some hundred wrappers of tensors, and what a custom function of autograd keeps
        using var program = new TrainingProgram(ParityFixture.Of("quickstart"));
        for (int step = 0; step < Steps; step++)
            program.Step(step, _ => { });
        long before = GC.GetAllocatedBytesForCurrentThread();
        for (int step = 0; step < Steps; step++)
            program.Step(Steps + step, _ => { });
        Assert.InRange((GC.GetAllocatedBytesForCurrentThread() - before) / Steps, 1, most);
    }
}
