namespace Lockstep.Transport.Tests.Mesh;

public sealed class GrpcLossTests() : LossTests(PeerTransport.Grpc);
