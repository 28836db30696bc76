using System.Security.Cryptography;
using System.Text;
using Google.Protobuf;
using Grpc.Core;
using Lockstep.Core.Plans;
using Lockstep.Protocol.V1;
using Lockstep.Transport.SharedMemory;
using Lockstep.Transport.Wire;

namespace Lockstep.Transport.Mesh;

/// <summary>What two workers of a generation say to each other first: who they are, and that they have the run's peer secret.</summary>
/// <param name="plan">Who the workers are.</param>
/// <param name="self">This worker.</param>
/// <param name="token">The run's peer secret.</param>
internal sealed class MeshGreeting(Plan plan, Member self, string token)
{
    /// <summary>What the worker that dials says.</summary>
    /// <param name="transport">The transport that this worker asks for.</param>
    /// <param name="porter">Lets in who shares its host; null where memory is not shared.</param>
    public Hello Ask(PeerTransport transport, DoorbellPorter? porter)
    {
        var hello = Answer(transport);
        hello.Token = token;
        if (porter is not null)
        {
            hello.SharedName = porter.Name;
            hello.SharedNonce = ByteString.CopyFrom(porter.Nonce);
        }

        return hello;
    }

    /// <summary>What the worker that was dialled says.</summary>
    public Hello Answer(PeerTransport transport) =>
        new()
        {
            RunId = plan.RunId,
            Generation = plan.Generation,
            Rank = self.Rank,
            Transport = Enum.Parse<Hello.Types.Transport>($"{transport}"),
        };

    /// <exception cref="RpcException">Whoever dials does not have the run's peer secret.</exception>
    public void RequireToken(Hello hello)
    {
        byte[] found = SHA256.HashData(Encoding.UTF8.GetBytes(hello.Token));
        if (!CryptographicOperations.FixedTimeEquals(found, SHA256.HashData(Encoding.UTF8.GetBytes(token))))
        {
            throw new Refusal(
                StatusCode.PermissionDenied,
                $"a wrong token for run '{plan.RunId}' was found; join through its coordinator"
            ).ToException();
        }
    }
}
