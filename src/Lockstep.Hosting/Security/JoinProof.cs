using System.Security.Cryptography;
using System.Text;
using Google.Protobuf;
using Grpc.Core;
using Lockstep.Protocol.V1;

namespace Lockstep.Hosting.Security;

/// <summary>
/// Makes a join good for one session only: the coordinator opens it with random bytes, the worker answers with their HMAC over all that it
/// says of itself, keyed by the token. A join that was recorded and is sent again answers another session's challenge. A worker that comes
/// back proves in the same way that it is of the generation in force, whose peer secret only its members know.
/// </summary>
public static class JoinProof
{
    private const string Header = "alexnet-challenge";
    private const int ChallengeBytes = 32;

    /// <summary>Opens a session: sends the challenge and returns it.</summary>
    public static async Task<string> ChallengeAsync(ServerCallContext session)
    {
        string challenge = Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(ChallengeBytes));
        await session.WriteResponseHeadersAsync(new Metadata { { Header, challenge } });
        return challenge;
    }

    /// <summary>The join with the answers to the challenge that came with a session's headers.</summary>
    /// <param name="join">What the worker says of itself.</param>
    /// <param name="headers">The headers of the session.</param>
    /// <param name="token">The run's join token.</param>
    /// <param name="peerToken">The peer token of the generation that it comes back with; empty for a newcomer.</param>
    public static Join Answer(Join join, Metadata headers, string token, string peerToken)
    {
        string challenge = headers.GetValue(Header) ?? "";
        return new Join(join)
        {
            Proof = ByteString.CopyFrom(Of(join, challenge, token)),
            MemberProof = ByteString.CopyFrom(Of(join, challenge, peerToken)),
        };
    }

    /// <summary>Whether a join answers this challenge and no other.</summary>
    public static bool IsGood(Join join, string challenge, string token) =>
        CryptographicOperations.FixedTimeEquals(join.Proof.Span, Of(join, challenge, token));

    /// <summary>Whether it comes from a member of the generation of this peer secret.</summary>
    public static bool IsMember(Join join, string challenge, string peerToken) =>
        CryptographicOperations.FixedTimeEquals(join.MemberProof.Span, Of(join, challenge, peerToken));

    private static byte[] Of(Join join, string challenge, string key)
    {
        using var mac = IncrementalHash.CreateHMAC(HashAlgorithmName.SHA256, Encoding.UTF8.GetBytes(key));
        // two texts of different lengths must not add up to the same bytes
        mac.AppendData(SHA256.HashData(Encoding.UTF8.GetBytes(challenge)));
        mac.AppendData(new Join(join) { Proof = ByteString.Empty, MemberProof = ByteString.Empty }.ToByteArray());
        return mac.GetHashAndReset();
    }
}
