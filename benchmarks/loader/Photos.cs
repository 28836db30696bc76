using AlexNet.Recipes.Pictures;

namespace AlexNet.LoaderBenchmark;

/// <summary>What both sides do with a photo.</summary>
internal static class Photos
{
    public static DataRecipe Recipe { get; } =
        new()
        {
            Kind = DataKind.Images,
            Classes = 1000,
            Channels = 3,
            Height = 224,
            Width = 224,
            Mean = [0.485, 0.456, 0.406],
            Std = [0.229, 0.224, 0.225],
            Resize = new ShortestSideResize { Size = 256 },
            Augmentation = new() { RandomCrop = true, HorizontalFlip = true },
        };
}
