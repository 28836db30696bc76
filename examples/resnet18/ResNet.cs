using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Examples;

/// <summary>Source: He et al. 2016, with the first layer of section 4.2, for pictures of 32 x 32.</summary>
internal sealed class ResNet : Module<Tensor, Tensor>
{
    private readonly Conv2d conv1;
    private readonly BatchNorm2d bn1;
    private readonly Sequential layer1,
        layer2,
        layer3,
        layer4;
    private readonly Linear fc;

    /// <param name="width">Channels of the first stage; each stage has twice those of the one before.</param>
    public ResNet(int width)
        : base("resnet18")
    {
        (conv1, bn1) = (Conv2d(3, width, 3, padding: 1, bias: false), BatchNorm2d(width));
        layer1 = Sequential(new Block(width, width, 1), new Block(width, width, 1));
        layer2 = Sequential(new Block(width, 2 * width, 2), new Block(2 * width, 2 * width, 1));
        layer3 = Sequential(new Block(2 * width, 4 * width, 2), new Block(4 * width, 4 * width, 1));
        layer4 = Sequential(new Block(4 * width, 8 * width, 2), new Block(8 * width, 8 * width, 1));
        fc = Linear(8 * width, 10);
        RegisterComponents();
    }

    public override Tensor forward(Tensor x)
    {
        x = functional.relu(bn1.call(conv1.call(x)));
        x = layer4.call(layer3.call(layer2.call(layer1.call(x))));
        return fc.call(x.mean([2, 3]));
    }

    private sealed class Block : Module<Tensor, Tensor>
    {
        private readonly Conv2d conv1,
            conv2;
        private readonly BatchNorm2d bn1,
            bn2;
        private readonly Sequential downsample;

        public Block(int inputs, int outputs, int stride)
            : base("block")
        {
            (conv1, bn1) = (Conv2d(inputs, outputs, 3, stride: stride, padding: 1, bias: false), BatchNorm2d(outputs));
            (conv2, bn2) = (Conv2d(outputs, outputs, 3, padding: 1, bias: false), BatchNorm2d(outputs));
            downsample =
                stride == 1 && inputs == outputs
                    ? Sequential()
                    : Sequential(Conv2d(inputs, outputs, 1, stride: stride, bias: false), BatchNorm2d(outputs));
            RegisterComponents();
        }

        public override Tensor forward(Tensor x)
        {
            var shortcut = downsample.Count == 0 ? x : downsample.call(x);
            x = functional.relu(bn1.call(conv1.call(x)));
            return functional.relu(bn2.call(conv2.call(x)) + shortcut);
        }
    }
}
