using static TorchSharp.torch;

namespace Lockstep.Torch.Calls;

/// <summary>
/// One call of an operator that TorchSharp does not reach, through the plain C interface of libtorch's dispatcher
/// (<c>torch/csrc/stable/c/shim.h</c>): the arguments in the order of the operator's schema, each as one word. The call consumes tensors
/// and lists.
/// </summary>
internal sealed class OperatorCall(string name)
{
    private const ulong BuildVersion = 2UL << 56 | 10UL << 48; // of the interface that this is written for

    private readonly List<ulong> _stack = [];

    public OperatorCall Add(double value)
    {
        _stack.Add(BitConverter.DoubleToUInt64Bits(value));
        return this;
    }

    public OperatorCall Add(bool value)
    {
        _stack.Add(value ? 1UL : 0);
        return this;
    }

    /// <summary>An optional argument that is not given.</summary>
    public OperatorCall AddNone()
    {
        _stack.Add(0);
        return this;
    }

    /// <exception cref="InvalidOperationException">libtorch refused.</exception>
    public OperatorCall Add(IReadOnlyList<Tensor> tensors)
    {
        Require(AtenInterface.NewList((nuint)tensors.Count, out nint list));
        foreach (var tensor in tensors)
        {
            Require(AtenInterface.NewTensorHandle(tensor.Handle, out nint handle));
            Require(AtenInterface.PushBack(list, (ulong)handle));
        }
        _stack.Add((ulong)list);
        return this;
    }

    /// <summary>Calls it; an operator that changes its arguments and returns nothing.</summary>
    /// <exception cref="InvalidOperationException">libtorch refused; it has written its reason to standard error.</exception>
    public void Run()
    {
        ulong[] stack = [.. _stack];
        Require(AtenInterface.CallDispatcher(name, "", ref stack[0], BuildVersion));
    }

    private void Require(int error)
    {
        if (error != 0)
        {
            throw new InvalidOperationException(
                $"libtorch did not run operator '{name}' (error {error}); its reason is on standard error."
            );
        }
    }
}
