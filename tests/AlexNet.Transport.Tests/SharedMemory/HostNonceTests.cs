using AlexNet.Transport.SharedMemory;
using AlexNet.Transport.Tests.Cluster;
using Google.Protobuf;

namespace AlexNet.Transport.Tests.SharedMemory;

public class HostNonceTests
{
    [Fact]
    public void WhyUnseen_OnlyTheSameFileWithTheSameNonce_IsSeen()
    {
        using SharedDirectory directory = new();
        using SharedDirectory other = new();
        using HostNonce nonce = HostNonce.Create(directory.Path);
        Assert.Null(HostNonce.WhyUnseen(directory.Path, nonce.Name, ByteString.CopyFrom(nonce.Nonce)));
        Assert.Contains("another one", HostNonce.WhyUnseen(directory.Path, nonce.Name, ByteString.CopyFrom(new byte[32])));
        Assert.Contains("not seen", HostNonce.WhyUnseen(other.Path, nonce.Name, ByteString.CopyFrom(nonce.Nonce)));
        Assert.Contains("no nonce file", HostNonce.WhyUnseen(directory.Path, "../" + nonce.Name, ByteString.CopyFrom(nonce.Nonce)));
    }

    [Fact]
    public void Create_RemovesWhatKilledWorkersLeft_AndNothingElse()
    {
        using SharedDirectory directory = new();
        string left = Path.Combine(directory.Path, SharedFile.Prefix + "left");
        string newborn = Path.Combine(directory.Path, SharedFile.Prefix + "newborn");
        string foreign = Path.Combine(directory.Path, "foreign");
        foreach (string path in (string[])[left, newborn, foreign])
        {
            File.WriteAllBytes(path, [1]);
        }

        using HostNonce living = HostNonce.Create(directory.Path);
        File.SetLastWriteTimeUtc(left, DateTime.UtcNow.AddHours(-1));
        File.SetLastWriteTimeUtc(foreign, DateTime.UtcNow.AddHours(-1));
        File.SetLastWriteTimeUtc(Path.Combine(directory.Path, living.Name), DateTime.UtcNow.AddHours(-1));
        using (HostNonce second = HostNonce.Create(directory.Path))
        {
            Assert.Equal(new[] { living.Name, second.Name, "foreign", Path.GetFileName(newborn) }.Order(), directory.Files.Order());
        }
    }
}
