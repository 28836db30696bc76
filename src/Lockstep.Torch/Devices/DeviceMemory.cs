namespace Lockstep.Torch.Devices;

/// <summary>Memory of a device.</summary>
/// <param name="Used">Bytes in use.</param>
/// <param name="Size">Bytes that there are.</param>
public readonly record struct DeviceMemory(long Used, long Size);
