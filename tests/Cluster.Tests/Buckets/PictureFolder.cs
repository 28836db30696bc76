namespace Cluster.Tests.Buckets;

/// <summary>Pictures of two classes, in folders: noise around a brightness of the class.</summary>
internal static class PictureFolder
{
    private const int Side = 64,
        HeaderBytes = 54;

    /// <summary>The recipe for them.</summary>
    public const string Recipe = """
        {
          "name": "pictures",
          "data": { "kind": "images", "classes": 2, "channels": 3, "height": 48, "width": 48,
            "resize": { "kind": "shortest-side", "size": 64 }, "augmentation": { "randomCrop": true, "horizontalFlip": true } },
          "net": {
            "towers": 2,
            "init": { "kind": "he" },
            "layers": [
              { "kind": "conv", "name": "conv1", "connect": "all", "filters": 8, "kernel": 5, "stride": 4, "padding": 1 },
              { "kind": "fc", "name": "fc2", "connect": "all", "outputs": 16, "dropout": 0.5 },
              { "kind": "fc", "name": "fc3", "connect": "all", "outputs": 2, "activation": "none" }
            ]
          },
          "optimizer": { "kind": "adam", "rate": 0.001 },
          "training": { "batch": 32, "epochs": 2 },
          "checkpoint": { "everySteps": 8 }
        }
        """;

    /// <param name="directory">Where they go.</param>
    /// <param name="perClass">Training pictures of each class; there are a quarter as many for tests.</param>
    public static void Write(string directory, int perClass)
    {
        var random = new Random(2012);
        foreach (var (split, count) in new[] { ("train", perClass), ("val", perClass / 4) })
        {
            for (int label = 0; label < 2; label++)
            {
                string folder = Path.Combine(directory, split, $"class{label}");
                Directory.CreateDirectory(folder);
                for (int i = 0; i < count; i++)
                    File.WriteAllBytes(Path.Combine(folder, $"{i:D4}.bmp"), Picture(random, label));
            }
        }
    }

    /// <summary>A BMP file of 24 bits a pixel. Source: Microsoft, "BITMAPINFOHEADER".</summary>
    private static byte[] Picture(Random random, int label)
    {
        byte[] file = new byte[HeaderBytes + 3 * Side * Side];
        random.NextBytes(file.AsSpan(HeaderBytes));
        for (int i = HeaderBytes; i < file.Length; i++)
            file[i] = (byte)(file[i] / 2 + 60 * label);
        "BM"u8.CopyTo(file);
        Put(2, file.Length);
        Put(10, HeaderBytes);
        Put(14, 40);
        Put(18, Side);
        Put(22, Side);
        file[26] = 1;
        file[28] = 24;
        return file;

        void Put(int at, int value) => BitConverter.GetBytes(value).CopyTo(file, at);
    }
}
