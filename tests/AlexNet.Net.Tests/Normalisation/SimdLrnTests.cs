using AlexNet.Net.Layers;
using AlexNet.Net.Normalisation;
using AlexNet.Recipes;
using CsCheck;
using Lockstep.Torch.Memory;
using static TorchSharp.torch;

namespace AlexNet.Net.Tests.Normalisation;

public class SimdLrnTests
{
    /// <summary>A handful of fp32 roundings (6e-8 each) in sums of up to nine squares, two roots and a division.</summary>
    private const double Fp32 = 2e-6;

    /// <summary>bf16 keeps 8 bits: one rounding at the end is 2^-9 relative. The arithmetic before it is fp32.</summary>
    private const double BFloat16 = 1.0 / 256;

    private static readonly LrnCase Paper = new(
        3,
        2,
        48,
        13,
        21,
        new LrnRecipe { Alpha = 3 },
        Rectify: true,
        new PoolRecipe { Kernel = 3, Stride = 2 },
        Seed: 5
    );

    [Fact]
    public void Apply_AnyShapeAndConstants_AgreesWithLibtorchInDouble() => Sample(LrnCase.Plain, c =>
        {
            var (output, gradient) = c.Run(c.Input());
            var (wanted, wantedGradient) = c.RunStock(c.Input().to(ScalarType.Float64));
            TensorAssert.Near(wanted, output, Fp32, Fp32);
            TensorAssert.Near(wantedGradient, gradient, 2 * Fp32, 2 * Fp32);
        });

    [Fact]
    public void Apply_BFloat16_IsTheFp32ResultRoundedOnce() => Sample(LrnCase.Plain, c =>
        {
            var input = c.Input().to(ScalarType.BFloat16);
            var (output, gradient) = c.Run(input);
            var (wide, wideGradient) = c.Run(input.to(ScalarType.Float32), x => ConvEpilogues.Apply(x, c.Pass), ScalarType.BFloat16);
            TensorAssert.Same(wide.to(ScalarType.BFloat16), output);
            TensorAssert.Same(wideGradient.to(ScalarType.BFloat16), gradient);
        });

    [Fact]
    public void Apply_WithPooling_EqualsPoolingApart() => Sample(LrnCase.Pooled, c =>
        {
            foreach (bool eighths in new[] { false, true })
            {
                var input = c.Input(eighths);
                var (output, gradient) = c.Run(input);
                var (wanted, wantedGradient) = c.RunApart(input);
                TensorAssert.Same(wanted, output);
                TensorAssert.Same(wantedGradient, gradient);
            }
        });

    [Fact]
    public void Apply_WithPoolingInBFloat16_ChoosesAsPoolingApart() => Sample(LrnCase.Pooled, c =>
        {
            var input = c.Input().to(ScalarType.BFloat16); // so coarse that many are equal
            var (output, gradient) = c.Run(input);
            var (wanted, wantedGradient) = c.RunApart(input);
            TensorAssert.Same(wanted, output);
            // where windows overlap, libtorch adds their gradients in bf16 and passes them on, this in fp32: three roundings to 8 bits, of
            // sums of up to 16
            TensorAssert.Near(wantedGradient, gradient, 4 * BFloat16, 0.15);
        });

    [Fact]
    public void Apply_ChannelsLast_EqualsMapsAndKeepsItsLayout() => Sample(LrnCase.Pooled, c =>
        {
            foreach (var one in new[] { c, c with { Pool = null } })
            {
                var input = one.Input();
                var (output, gradient) = one.Run(input.In(MemoryLayout.Pixels));
                var (wanted, wantedGradient) = one.Run(input);
                TensorAssert.Same(wanted, output);
                TensorAssert.Same(wantedGradient, gradient);
            }
        });

    [Fact]
    public void Apply_InputWithGaps_EqualsContiguous() => Sample(LrnCase.Plain, c =>
        {
            var input = c.Input();
            var (wanted, wantedGradient) = c.Run(input);
            foreach (
                var same in new[]
                {
                    input.repeat(1, 2, 1, 1).narrow(1, 0, input.shape[1]),
                    input.transpose(2, 3).contiguous().transpose(2, 3),
                }
            )
            {
                var (output, gradient) = c.Run(same);
                TensorAssert.Same(wanted, output);
                TensorAssert.Same(wantedGradient, gradient);
            }
        });

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(3)]
    public void Apply_AnyNumberOfThreads_GivesTheSameBits(int threads)
    {
        using var scope = NewDisposeScope();
        int before = get_num_threads();
        try
        {
            foreach (var one in new[] { Paper, Paper with { Pool = null }, Paper with { Lrn = Paper.Lrn with { Beta = 0.6 } } })
            {
                foreach (var input in new[] { one.Input(), one.Input().In(MemoryLayout.Pixels), one.Input().to(ScalarType.BFloat16) })
                {
                    set_num_threads(before);
                    var (wanted, wantedGradient) = one.Run(input);
                    set_num_threads(threads);
                    var (output, gradient) = one.Run(input);
                    TensorAssert.Same(wanted, output);
                    TensorAssert.Same(wantedGradient, gradient);
                }
            }
        }
        finally
        {
            set_num_threads(before);
        }
    }

    [Theory]
    [InlineData(float.NaN)]
    [InlineData(float.PositiveInfinity)]
    [InlineData(float.NegativeInfinity)]
    public void Apply_NotFinite_SpreadsAsInLibtorch(float value)
    {
        using var scope = NewDisposeScope();
        foreach (var one in new[] { Paper with { Pool = null, Rectify = false }, Paper with { Pool = null } })
        {
            var input = one.Input();
            input.select(1, 20).select(1, 4).fill_(value);
            TensorAssert.Near(one.RunStock(input).Output, one.Run(input).Output, Fp32, Fp32);
            TensorAssert.Same(one.RunStock(input).Gradient.isnan(), one.Run(input).Gradient.isnan());
        }
        var pooled = Paper.Input();
        pooled.select(1, 20).select(1, 4).fill_(value);
        TensorAssert.Same(Paper.RunApart(pooled).Output, Paper.Run(pooled).Output);
        TensorAssert.Same(Paper.RunApart(pooled).Gradient, Paper.Run(pooled).Gradient);
    }

    [Fact]
    public void Apply_EmptyBatch_GivesAnEmptyBatch()
    {
        using var scope = NewDisposeScope();
        foreach (var one in new[] { Paper with { Samples = 0 }, Paper with { Samples = 0, Pool = null } })
        {
            foreach (var type in new[] { ScalarType.Float32, ScalarType.BFloat16, ScalarType.Float64 })
            {
                var (output, gradient) = one.Run(one.Input().to(type));
                Assert.Equal(one.Pool is null ? [0, 96, 13, 21] : [0, 96, 6, 10], output.shape);
                Assert.Equal([0, 96, 13, 21], gradient.shape);
            }
        }
    }

    [Fact]
    public void Apply_UsedTwiceInAGraph_AddsItsGradients()
    {
        using var scope = NewDisposeScope();
        var (plain, input) = (Paper with { Pool = null }, Paper.Input());
        var twice = plain.Run(input, x => ConvEpilogues.Apply(ConvEpilogues.Apply(x, plain.Pass) + x, plain.Pass));
        var wanted = plain.Run(input, x => ByLibtorch(ByLibtorch(x) + x));
        TensorAssert.Near(wanted.Output, twice.Output, 2 * Fp32, 2 * Fp32);
        TensorAssert.Near(wanted.Gradient, twice.Gradient, 4 * Fp32, 4 * Fp32);

        Tensor ByLibtorch(Tensor x) =>
            nn.functional.local_response_norm(x.relu().reshape(6, 48, 13, 21), 5, 3, 0.75, 2).reshape(3, 96, 13, 21);
    }

    [Fact]
    public void Apply_ManyTimes_LeavesNoTensor()
    {
        long Count(int times)
        {
            for (int i = 0; i < times; i++)
            {
                using var scope = NewDisposeScope();
                Paper.Run(Paper.Input());
                Paper.Run(Paper.Input().In(MemoryLayout.Pixels));
                (Paper with { Pool = null }).Run(Paper.Input().to(ScalarType.Float64)); // composed
            }
            return Tensor.TotalCount;
        }
        long first = Count(2);
        Assert.Equal(first, Count(50));
    }

    [Theory]
    [InlineData(3, 2, 2)] // no fourth dimension
    [InlineData(4, 5, 2)] // towers that do not divide 96 channels
    [InlineData(4, 2, 14)] // a pooling window larger than the map
    public void Apply_WhatDoesNotFit_IsRefused(int dimensions, int towers, int kernel)
    {
        using var scope = NewDisposeScope();
        var input = dimensions == 4 ? Paper.Input() : Paper.Input()[0];
        Assert.Throws<ArgumentException>(() =>
            ConvEpilogues.Apply(input, new ConvEpilogue(towers, new LrnRecipe(), false, new PoolRecipe { Kernel = kernel, Stride = 1 }))
        );
    }

    private static void Sample(Gen<LrnCase> cases, Action<LrnCase> check) =>
        cases.Sample(
            c =>
            {
                using var scope = NewDisposeScope();
                check(c);
            },
            iter: 100,
            threads: 1
        );
}
