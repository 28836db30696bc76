namespace Cluster.Tests.Networks;

/// <summary>The hardware addresses of a virtual network: <c>02:00:00:00:00:NN</c>, where NN is the host's number plus 1.</summary>
internal static class MacAddress
{
    private static readonly byte[] Common = [0x02, 0, 0, 0, 0];

    public static string Of(int host) => $"02:00:00:00:00:{host + 1:x2}";

    /// <summary>Whether a frame is for everybody (broadcast or multicast).</summary>
    public static bool IsForAll(ReadOnlySpan<byte> frame) => (frame[0] & 1) != 0;

    /// <summary>The host that a frame is for, or null where none can have that address.</summary>
    public static int? Destination(ReadOnlySpan<byte> frame) =>
        frame.StartsWith(Common) && frame[Common.Length] > 0 ? frame[Common.Length] - 1 : null;
}
