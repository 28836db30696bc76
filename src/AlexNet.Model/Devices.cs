using AlexNet.Core.Errors;
using TorchSharp;

namespace AlexNet.Model;

/// <summary>Chooses where the arithmetic runs.</summary>
public static class Devices
{
    /// <param name="wish"><c>auto</c> (a GPU if there is one), <c>cpu</c> or <c>cuda</c>.</param>
    /// <exception cref="BadInputException">A GPU was asked for and there is none.</exception>
    public static torch.Device Choose(string wish)
    {
        bool cuda = wish != "cpu" && torch.cuda.is_available();
        if (wish == "cuda" && !cuda)
            throw new BadInputException("device 'cuda' was asked for, but this libtorch finds no GPU; use --device cpu, or a build with -p:TorchBackend=cuda or ALEXNET_LIBTORCH on a machine with an NVIDIA driver.");
        return cuda ? torch.CUDA : torch.CPU;
    }
}
