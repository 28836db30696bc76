using System.Numerics;
using Lockstep.Core.Topology;

namespace AlexNet.Net.Normalisation;

/// <summary>One pass over a tensor: where it lies, how it is shaped and how it is cut into items that threads take.</summary>
internal unsafe struct LrnTask
{
    /// <summary>samples x (towers x maps) x pixels.</summary>
    public byte* Input;

    /// <summary>The gradient of the output, of its shape; for a backward pass.</summary>
    public byte* Gradient;

    /// <summary>What is written: the output, or the input's gradient.</summary>
    public byte* Target;

    /// <summary>
    /// Where each pooled maximum was found: one byte for each output; written forward, read backward. Only if <see cref="Pools"/>.
    /// </summary>
    public byte* Places;

    public int Towers;

    /// <summary>Maps of one tower.</summary>
    public int Maps;

    /// <summary>Height x width.</summary>
    public int Pixels;

    /// <summary>Parts that each tower of a sample is cut into; one where it is pooled.</summary>
    public int Tiles;

    /// <summary>Whether the input goes through a ReLU first.</summary>
    public bool Rectify;

    /// <summary>Whether there is a normalisation at all; without one the output is pooled.</summary>
    public bool Normalises;

    /// <summary>Whether the output is pooled, by <see cref="Pooling"/>.</summary>
    public bool Pools;

    public PlanePooling Pooling;

    public LrnConstants Constants;

    /// <summary>Length of a map's row that holds a tile's pixels, in whole vectors.</summary>
    public readonly int RowLength => Padded((Pixels + Tiles - 1) / Tiles);

    /// <summary>The sample and tower of an item, counted through, and its pixels.</summary>
    public readonly (long Group, Extent Pixels) ItemAt(int item) => (item / Tiles, Extent.Part(Pixels, Tiles, item % Tiles));

    /// <summary>A number of elements, rounded up to whole vectors.</summary>
    public static int Padded(int count) => (count + Vector<float>.Count - 1) / Vector<float>.Count * Vector<float>.Count;
}
