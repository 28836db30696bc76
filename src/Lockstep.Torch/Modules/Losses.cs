using Lockstep.Torch.Trainables;
using static TorchSharp.torch;

namespace Lockstep.Torch.Modules;

/// <summary>What a loss may look like, and what it counts for.</summary>
internal static class Losses
{
    public static double Number(Tensor value) => value.to(ScalarType.Float64).item<double>();

    /// <summary>The sum over samples of a mean or of single values.</summary>
    /// <exception cref="ArgumentException">It is neither.</exception>
    public static double SumOver(Tensor value, int samples, string what) =>
        value.numel() == 1 && value.dim() == 0 ? Number(value) * samples
        : value.dim() == 1 && value.shape[0] == samples ? Number(value.to(ScalarType.Float64).sum())
        : throw NotAMean(value, samples, what);

    /// <summary>The loss of a part as its share of the mean over all samples of the step.</summary>
    /// <param name="loss">One number, the mean over the part, or one for each of its samples.</param>
    /// <param name="samples">The samples of the part.</param>
    /// <param name="all">Those of all replicas.</param>
    /// <exception cref="ArgumentException">It is neither.</exception>
    public static Tensor ShareOf(Tensor loss, int samples, int all)
    {
        if (loss.dim() == 1 && loss.shape[0] == samples)
            return loss.sum() / all;
        if (loss.numel() != 1)
            throw NotAMean(loss, samples, "the loss");
        return samples == all ? loss.reshape([]) : loss.reshape([]) * ((double)samples / all);
    }

    /// <summary>A sum and its weight.</summary>
    /// <exception cref="ArgumentException">One is more than a number.</exception>
    public static LossShare Weighed(Tensor sum, Tensor weight) =>
        sum.numel() == 1 && weight.numel() == 1
            ? new LossShare(sum.reshape([]), weight.reshape([]))
            : throw new ArgumentException(
                $"the weighted loss is [{string.Join(", ", sum.shape)}] and its weight [{string.Join(", ", weight.shape)}]; each must be "
                    + "one number, a sum."
            );

    private static ArgumentException NotAMean(Tensor value, int samples, string what) =>
        new(
            $"{what} has shape [{string.Join(", ", value.shape)}]; it must be one number, the mean over the batch, or one for each of its "
                + $"{samples} samples."
        );
}
