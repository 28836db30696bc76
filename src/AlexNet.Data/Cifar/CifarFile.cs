using Lockstep.Core.Errors;

namespace AlexNet.Data.Cifar;

/// <summary>One file of CIFAR-10, from a folder or out of the archive.</summary>
/// <param name="Path">For messages: where it lies.</param>
/// <param name="Content">Its bytes.</param>
internal sealed record CifarFile(string Path, byte[] Content)
{
    /// <summary>What to throw where it is wrong.</summary>
    public BadInputException Bad(string found, string required) =>
        new($"'{Path}' {found}; {required}; download it again: alexnet data download cifar10.");
}
