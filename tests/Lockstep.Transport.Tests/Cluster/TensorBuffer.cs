using System.Runtime.InteropServices;
using Lockstep.Core.Collectives;
using Lockstep.Transport.Mesh;
using Lockstep.Transport.SharedMemory;

namespace Lockstep.Transport.Tests.Cluster;

/// <summary>Native memory as a tensor has it, with a guard behind it that must not change.</summary>
internal sealed unsafe class TensorBuffer : IDisposable
{
    private const int GuardBytes = 64;
    private const byte Guard = 0xA5;

    private static readonly float[] Scales = [.. Enumerable.Range(-8, 16).Select(power => MathF.Pow(2, power))];

    private readonly SharedMemoryBlock? _block;

    /// <param name="type">The type of the elements.</param>
    /// <param name="count">Number of elements.</param>
    /// <param name="mesh">Whose shared memory it lies in; ordinary memory when null.</param>
    public TensorBuffer(ElementType type, long count, PeerMesh? mesh = null)
    {
        nuint bytes = (nuint)(count * type.Size());
        _block = mesh?.Allocate((long)bytes + GuardBytes);
        void* address = _block is null ? NativeMemory.AlignedAlloc(bytes + GuardBytes, 64) : (void*)_block.Address;
        NativeMemory.Clear(address, bytes);
        NativeMemory.Fill((byte*)address + bytes, GuardBytes, Guard);
        Memory = new((nint)address, count, type);
    }

    public TensorMemory Memory { get; }

    public Span<byte> Bytes => new((void*)Memory.Address, (int)Memory.Bytes);

    public Span<float> Floats => MemoryMarshal.Cast<byte, float>(Bytes);

    /// <summary>A buffer with values that depend on the seed alone; sums of them round, so that their order shows.</summary>
    public static TensorBuffer Filled(ElementType type, long count, int seed, PeerMesh? mesh = null)
    {
        TensorBuffer buffer = new(type, count, mesh);
        ulong state = (ulong)seed << 32;
        for (long i = 0; i < count; i++)
        {
            ulong bits = Next(ref state);
            float value = ((bits >> 40) / (float)(1 << 24) - 0.5f) * Scales[bits & 15];
            if (type == ElementType.Float32)
            {
                ((float*)buffer.Memory.Address)[i] = value;
            }
            else if (type == ElementType.BFloat16)
            {
                ((ushort*)buffer.Memory.Address)[i] = (ushort)(BitConverter.SingleToUInt32Bits(value) >> 16);
            }
            else
            {
                ((byte*)buffer.Memory.Address)[i] = (byte)bits;
            }
        }

        return buffer;
    }

    public void Dispose()
    {
        bool intact = !new ReadOnlySpan<byte>((byte*)Memory.Address + Memory.Bytes, GuardBytes).ContainsAnyExcept(Guard);
        if (_block is null)
        {
            NativeMemory.AlignedFree((void*)Memory.Address);
        }

        _block?.Dispose();
        Assert.True(intact, "memory behind the tensor was written");
    }

    /// <summary>SplitMix64 (Steele, Lea and Flood, 2014); Random with a seed takes ten times as long.</summary>
    private static ulong Next(ref ulong state)
    {
        ulong z = state += 0x9E3779B97F4A7C15;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EB;
        return z ^ (z >> 31);
    }
}
