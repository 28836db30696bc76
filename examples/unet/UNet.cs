using TorchSharp.Modules;
using static TorchSharp.torch;
using static TorchSharp.torch.nn;

namespace Examples;

/// <summary>Two steps down and two up, with the maps of each step handed across. Source: Ronneberger, Fischer and Brox 2015.</summary>
internal sealed class UNet : Module<Tensor, Tensor>
{
    private readonly Sequential down1,
        down2,
        bottom,
        join2,
        join1;
    private readonly ConvTranspose2d up2,
        up1;
    private readonly Conv2d last;

    /// <param name="width">Channels of the first step.</param>
    public UNet(int width)
        : base("unet")
    {
        (down1, down2, bottom) = (Two(1, width), Two(width, 2 * width), Two(2 * width, 4 * width));
        (up2, join2) = (ConvTranspose2d(4 * width, 2 * width, 2, stride: 2), Two(4 * width, 2 * width));
        (up1, join1) = (ConvTranspose2d(2 * width, width, 2, stride: 2), Two(2 * width, width));
        last = Conv2d(width, 1, 1);
        RegisterComponents();
    }

    public override Tensor forward(Tensor x)
    {
        var first = down1.call(x);
        var second = down2.call(functional.max_pool2d(first, 2));
        var third = bottom.call(functional.max_pool2d(second, 2));
        second = join2.call(cat([up2.call(third), second], 1));
        first = join1.call(cat([up1.call(second), first], 1));
        return last.call(first);
    }

    private static Sequential Two(int inputs, int outputs) =>
        Sequential(Conv2d(inputs, outputs, 3, padding: 1), ReLU(), Conv2d(outputs, outputs, 3, padding: 1), ReLU());
}
