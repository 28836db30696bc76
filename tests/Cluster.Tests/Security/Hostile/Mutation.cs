namespace Cluster.Tests.Security.Hostile;

/// <summary>Damages bytes in the ways that wires and liars do.</summary>
internal static class Mutation
{
    private const int MostChanges = 8,
        MostInserted = 64;

    /// <summary>A damaged copy.</summary>
    public static byte[] Of(Random random, byte[] bytes)
    {
        var damaged = bytes.ToList();
        for (int changes = random.Next(1, MostChanges); changes > 0; changes--)
            Change(random, damaged);
        return [.. damaged];
    }

    /// <summary>Bytes of no meaning.</summary>
    public static byte[] Noise(Random random, int most)
    {
        byte[] bytes = new byte[random.Next(1, most)];
        random.NextBytes(bytes);
        return bytes;
    }

    private static void Change(Random random, List<byte> bytes)
    {
        int at = random.Next(bytes.Count + 1),
            length = random.Next(Math.Min(MostInserted, bytes.Count - at) + 1);
        switch (random.Next(5))
        {
            case 0 when at < bytes.Count:
                bytes[at] ^= (byte)(1 << random.Next(8));
                break;
            case 1 when at < bytes.Count:
                bytes[at] = (byte)(random.Next(2) * 255); // the ends of lengths and numbers
                break;
            case 2:
                bytes.RemoveRange(at, length);
                break;
            case 3:
                bytes.InsertRange(at, bytes.GetRange(at, length));
                break;
            default:
                bytes.InsertRange(at, Noise(random, MostInserted));
                break;
        }
    }
}
