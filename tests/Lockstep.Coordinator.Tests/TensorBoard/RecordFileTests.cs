using AlexNet.Testing;
using Lockstep.Coordinator.TensorBoard;

namespace Lockstep.Coordinator.Tests.TensorBoard;

public sealed class RecordFileTests : IDisposable
{
    private readonly TemporaryFolder _folder = new();

    [Fact]
    public void Crc32C_PublishedCheckValues_AreMet()
    {
        Assert.Equal(0xE3069283, RecordFile.Crc32C("123456789"u8)); // the check value of CRC catalogues
        Assert.Equal(0x8A9136AAu, RecordFile.Crc32C(new byte[32])); // RFC 3720, B.4
        Assert.Equal(0x62A8AB43u, RecordFile.Crc32C([.. Enumerable.Repeat((byte)0xFF, 32)]));
        Assert.Equal(0x46DD794Eu, RecordFile.Crc32C([.. Enumerable.Range(0, 32).Select(i => (byte)i)]));
    }

    [Fact]
    public void Append_SomeRecords_AreReadBack()
    {
        byte[][] records =
        [
            [],
            [7],
            [.. Enumerable.Range(0, 1000).Select(i => (byte)i)],
        ];
        using (var file = new RecordFile(_folder["records"]))
        {
            foreach (byte[] record in records)
                file.Append(record);
        }

        Assert.Equal(records, Records.Read(_folder["records"]));
    }

    public void Dispose() => _folder.Dispose();
}
