namespace Lockstep.Hosting.Tests;

public class PortHolderTests
{
    [Fact]
    public void Inodes_TableOfTheKernel_AreThoseThatListenAtThePort()
    {
        const string table = """
              sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode
               0: 0100007F:1F90 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 4711 1 0000000000000000 100 0 0 10 0
               1: 0100007F:1F90 0100007F:C350 01 00000000:00000000 00:00000000 00000000     0        0 4712 1 0000000000000000 20 4 30 10 -1
               2: 00000000:1F91 00000000:0000 0A 00000000:00000000 00:00000000 00000000     0        0 4713 1 0000000000000000 100 0 0 10 0
            """;
        Assert.Equal(["4711"], PortHolder.Inodes(table, 8080));
        Assert.Null(PortHolder.Find(1)); // nobody listens there
    }
}
