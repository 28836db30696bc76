using Lockstep.Hosting;
using Lockstep.Transport;
using Microsoft.Extensions.Options;

namespace Lockstep.Groups;

/// <summary>What the options of a group must fulfil.</summary>
internal sealed class GroupRules : IValidateOptions<GroupOptions>
{
    /// <summary>All that is wrong with them; none where they can be used.</summary>
    public static IReadOnlyList<string> Problems(GroupOptions options) => [.. Find(options)];

    public ValidateOptionsResult Validate(string? name, GroupOptions options) =>
        Problems(options) is { Count: > 0 } problems ? ValidateOptionsResult.Fail(problems) : ValidateOptionsResult.Success;

    private static IEnumerable<string> Find(GroupOptions options)
    {
        if (options.Size < 1)
            yield return $"the size of the group is {options.Size}; it must be 1 or more.";
        if (options.Rank < 0 || options.Rank >= Math.Max(1, options.Size))
            yield return $"the rank is {options.Rank}; in a group of {options.Size} it must be 0 to {Math.Max(1, options.Size) - 1}.";
        if (options.Transport == PeerTransport.Nccl)
            yield return "the transport is nccl, which a group does not have: tensors of a GPU travel through the host. Take auto.";
        if (options.JoinTimeout <= TimeSpan.Zero || options.Deadline <= TimeSpan.Zero)
            yield return "a timeout of the group is zero or less; it must be longer.";
        if (options.Size <= 1)
            yield break;
        if (options.Token.Length == 0)
        {
            yield return $"the group has no token; give every member the same secret with {Settings.VariableOf("token")}, or its file with "
                + $"{Settings.VariableOf("token")}_FILE ('openssl rand -hex 32' makes one).";
        }

        string scheme = options.Tls is null ? Uri.UriSchemeHttp : Uri.UriSchemeHttps;
        if (options.Rendezvous is not { } address)
        {
            yield return $"the group has no rendezvous; give the address where member 0 listens with {Settings.VariableOf("rendezvous")}, "
                + $"such as {scheme}://10.0.0.7:5000, or MASTER_ADDR and MASTER_PORT.";
        }
        else if (address.Scheme != scheme || address.Port is 0 or 80 or 443)
        {
            yield return $"the rendezvous is {address}; with{(options.Tls is null ? "out" : "")} certificates it must begin with "
                + $"{scheme}://, and name a port, such as {scheme}://{address.Host}:5000.";
        }
    }
}
