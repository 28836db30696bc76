using static TorchSharp.torch;
using static TorchSharp.torch.nn;

/// <summary>The 2012 net's layers as stock modules: convolutions in two groups where a tower sees itself only.</summary>
internal static class StockNet
{
    public static Module<Tensor, Tensor> Create() =>
        Sequential(
            Conv2d(3, 96, 11, stride: 4, padding: 2),
            ReLU(inplace: true),
            LocalResponseNorm(5),
            MaxPool2d(3, stride: 2),
            Conv2d(96, 256, 5, padding: 2, groups: 2),
            ReLU(inplace: true),
            LocalResponseNorm(5),
            MaxPool2d(3, stride: 2),
            Conv2d(256, 384, 3, padding: 1),
            ReLU(inplace: true),
            Conv2d(384, 384, 3, padding: 1, groups: 2),
            ReLU(inplace: true),
            Conv2d(384, 256, 3, padding: 1, groups: 2),
            ReLU(inplace: true),
            MaxPool2d(3, stride: 2),
            Flatten(),
            Linear(9216, 4096),
            ReLU(inplace: true),
            Dropout(0.5),
            Linear(4096, 4096),
            ReLU(inplace: true),
            Dropout(0.5),
            Linear(4096, 1000)
        );
}
