using AlexNet.Data.Images.Formats;
using AlexNet.Data.Samples;

namespace AlexNet.Data.Surveys;

/// <summary>What a data set holds; every image of it is read once, by all cores.</summary>
/// <param name="Train">Training images.</param>
/// <param name="Test">Test images.</param>
/// <param name="Colours">The colours of the training images that can be read.</param>
public sealed record SetSurvey(SplitSurvey Train, SplitSurvey Test, ColourSurvey Colours)
{
    /// <param name="set">The data set.</param>
    /// <param name="progress">Takes the number of images done and of all; called from several threads.</param>
    /// <param name="cancellation">Cancels the survey.</param>
    /// <exception cref="OperationCanceledException">It was ended.</exception>
    public static SetSurvey Of(DataSet set, Action<int, int>? progress = null, CancellationToken cancellation = default)
    {
        int done = 0,
            all = set.Train.Count + set.Test.Count;
        var (train, sums) = Split(set.Train, Tell, cancellation);
        var (test, _) = Split(set.Test, Tell, cancellation);
        double[,] covariances = sums.Covariances();
        double[] deviations = [.. Enumerable.Range(0, set.Train.Shape.Channels).Select(c => Math.Sqrt(covariances[c, c]) / byte.MaxValue)];
        return new(
            train,
            test,
            new([.. sums.Means().Select(m => m / byte.MaxValue)], deviations, PrincipalAxes.Of(covariances), sums.MeanImage())
        );

        void Tell() => progress?.Invoke(Interlocked.Increment(ref done), all);
    }

    private static (SplitSurvey, PixelSums) Split(IImageSet images, Action tell, CancellationToken cancellation)
    {
        var (all, sizes, broken) = (new PixelSums(images.Shape), new (int Width, int Height)[images.Count], new BrokenImage?[images.Count]);
        Parallel.For(
            0,
            images.Count,
            new ParallelOptions { CancellationToken = cancellation },
            () => (Sums: new PixelSums(images.Shape), Pixels: new byte[images.Shape.Elements]),
            (i, _, own) =>
            {
                broken[i] = Read(images, i, own.Sums, own.Pixels, out sizes[i]);
                tell();
                return own;
            },
            own =>
            {
                lock (all)
                    all.Add(own.Sums);
            }
        );
        int[] perClass = new int[images.Classes];
        for (int i = 0; i < images.Count; i++)
            perClass[images.LabelOf(i)]++;
        var whole = sizes.Where(s => s.Width > 0).ToList();
        return (
            new(
                images.Count,
                perClass,
                PixelRange.Of(whole.Select(s => s.Width)),
                PixelRange.Of(whole.Select(s => s.Height)),
                [.. broken.OfType<BrokenImage>()]
            ),
            all
        );
    }

    private static BrokenImage? Read(IImageSet images, int index, PixelSums sums, byte[] pixels, out (int Width, int Height) size)
    {
        size = default;
        try
        {
            images.Read(SampleKey.Evaluation(index), pixels);
            size = images.SizeOf(index);
            sums.Add(pixels);
            return null;
        }
        catch (ImageException e)
        {
            return new(images.NameOf(index), e.Message);
        }
    }
}
