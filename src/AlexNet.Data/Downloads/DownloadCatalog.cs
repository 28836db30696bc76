namespace AlexNet.Data.Downloads;

/// <summary>The data sets that have an official address.</summary>
public static class DownloadCatalog
{
    private const string Fashion = "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/",
        Cifar = "https://www.cs.toronto.edu/~kriz/";

    /// <summary>
    /// Name of each set, and its files. Sizes and hashes as published: zalandoresearch/fashion-mnist, and the page of CIFAR-10.
    /// </summary>
    public static IReadOnlyDictionary<string, IReadOnlyList<DownloadFile>> Sets { get; } =
        new SortedDictionary<string, IReadOnlyList<DownloadFile>>
        {
            ["fashion-mnist"] =
            [
                File(Fashion, "train-images-idx3-ubyte.gz", 26_421_880, "8d4fb7e6c68d591d4c3dfef9ec88bf0d"),
                File(Fashion, "train-labels-idx1-ubyte.gz", 29_515, "25c81989df183df01b3e8a0aad5dffbe"),
                File(Fashion, "t10k-images-idx3-ubyte.gz", 4_422_102, "bef4ecab320f06d8554ea6380940ec79"),
                File(Fashion, "t10k-labels-idx1-ubyte.gz", 5_148, "bb300cfdad3c16e7a12a480ee83cd310"),
            ],
            ["cifar10"] = [File(Cifar, "cifar-10-binary.tar.gz", 170_052_171, "c32a1d4ab5d03f1284b67883e8d87530")],
        };

    private static DownloadFile File(string folder, string name, long bytes, string md5) => new(name, new(folder + name), bytes, md5);
}
