namespace AlexNet.Net.Normalisation;

/// <summary>The rows of the last few maps: row i takes the place of row i - count.</summary>
internal readonly unsafe struct Ring(float* rows, int count, int length)
{
    public float* this[int index] => rows + (long)(index % count) * length;

    /// <summary>The rows first to last, as a list.</summary>
    /// <returns>How many.</returns>
    public int List(int first, int last, float** window)
    {
        for (int i = first; i <= last; i++)
            window[i - first] = this[i];
        return last - first + 1;
    }
}
