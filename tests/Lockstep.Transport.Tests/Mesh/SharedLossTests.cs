namespace Lockstep.Transport.Tests.Mesh;

public sealed class SharedLossTests() : LossTests(PeerTransport.SharedMemory);
