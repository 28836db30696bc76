namespace AlexNet.Transport.Tests.Mesh;

public sealed class SharedLossTests() : LossTests(PeerTransport.SharedMemory);
