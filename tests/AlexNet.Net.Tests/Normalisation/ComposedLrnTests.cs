using AlexNet.Net.Normalisation;
using CsCheck;
using static TorchSharp.torch;

namespace AlexNet.Net.Tests.Normalisation;

/// <summary>The composition for GPUs, run on the CPU.</summary>
public class ComposedLrnTests
{
    [Fact]
    public void Forward_AnyShapeAndConstants_AgreesWithLibtorchInDouble() =>
        LrnCase.Plain.Sample(
            c =>
            {
                using var scope = NewDisposeScope();
                var plain = c with { Rectify = false };
                var input = plain.Input().to(ScalarType.Float64);
                var (wanted, wantedGradient) = plain.RunStock(input);

                // in double, only a wrong formula differs
                var (output, gradient) = plain.Run(input, Composed);
                TensorAssert.Near(wanted, output, 1e-12, 1e-12);
                TensorAssert.Near(wantedGradient, gradient, 1e-12, 1e-12);

                // in fp32, a handful of roundings of 6e-8, some of them in libm's pow
                (output, gradient) = plain.Run(plain.Input(), Composed);
                TensorAssert.Near(wanted, output, 4e-6, 4e-6);
                TensorAssert.Near(wantedGradient, gradient, 4e-6, 4e-6);

                // bf16 is computed in fp32 and rounded once
                var half = plain.Input().to(ScalarType.BFloat16);
                (output, gradient) = plain.Run(half, Composed);
                var (wide, wideGradient) = plain.Run(half.to(ScalarType.Float32), Composed, ScalarType.BFloat16);
                TensorAssert.Same(wide.to(ScalarType.BFloat16), output);
                TensorAssert.Same(wideGradient.to(ScalarType.BFloat16), gradient);

                Tensor Composed(Tensor x) => ComposedLrnFunction.apply(x.unflatten(1, plain.Towers, plain.Maps), plain.Lrn).flatten(1, 2);
            },
            iter: 100,
            threads: 1
        );
}
