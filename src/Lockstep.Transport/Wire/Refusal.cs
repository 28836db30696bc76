using Grpc.Core;

namespace Lockstep.Transport.Wire;

/// <summary>Why a message or a stream is not accepted; the code is contract, the text says what was found and what was required.</summary>
internal sealed record Refusal(StatusCode Code, string Text)
{
    public static Refusal Malformed(string text) => new(StatusCode.InvalidArgument, text);

    public RpcException ToException() => new(new Status(Code, Text));

    public override string ToString() => $"{Code}: {Text}";
}
