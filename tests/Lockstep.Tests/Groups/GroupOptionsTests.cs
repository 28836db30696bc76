using Lockstep.Core.Errors;
using Lockstep.Groups;
using Lockstep.Transport;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Options;

namespace Lockstep.Tests.Groups;

public sealed class GroupOptionsTests
{
    private static readonly string[] Good = ["--rank", "1", "--size", "2", "--rendezvous", "http://10.0.0.7:5000", "--token", "secret"];

    [Fact]
    public void Arguments_are_read()
    {
        var options = GroupOptions.From([.. Good, "--transport", "grpc", "--deadline", "5"]);

        Assert.Equal((1, 2, "secret", PeerTransport.Grpc), (options.Rank, options.Size, options.Token, options.Transport));
        Assert.Equal((new Uri("http://10.0.0.7:5000"), TimeSpan.FromSeconds(5)), (options.Rendezvous, options.Deadline));
    }

    [Theory]
    [InlineData("--rank", "2", "in a group of 2 it must be 0 to 1")]
    [InlineData("--size", "0", "whole number of 1 or more")]
    [InlineData("--rendezvous", "here", "must be a URL")]
    [InlineData("--rendezvous", "http://here", "name a port")]
    [InlineData("--rendezvous", "https://here:5000", "without certificates")]
    [InlineData("--token", "", "has no token")]
    [InlineData("--transport", "nccl", "must be auto, grpc, shm")]
    [InlineData("--deadline", "0", "zero or less")]
    [InlineData("--ranks", "2", "unknown")]
    public void What_is_wrong_is_said(string name, string value, string problem)
    {
        var error = Assert.Throws<BadInputException>(() => GroupOptions.From([.. Good, name, value]));
        Assert.Contains(problem, error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public async Task An_application_reads_them_from_its_configuration_and_does_not_start_with_wrong_ones()
    {
        using var good = Application(rank: 1);
        Assert.Equal(1, good.Services.GetRequiredService<IOptions<GroupOptions>>().Value.Rank);
        Assert.NotNull(good.Services.GetRequiredService<ProcessGroups>());

        using var bad = Application(rank: 2);
        var error = await Assert.ThrowsAsync<OptionsValidationException>(() => bad.StartAsync(TestContext.Current.CancellationToken));
        Assert.Contains("must be 0 to 1", error.Message, StringComparison.Ordinal);
    }

    private static IHost Application(int rank)
    {
        var builder = Host.CreateEmptyApplicationBuilder(null);
        builder.Configuration.AddInMemoryCollection(
            new Dictionary<string, string?>
            {
                ["Lockstep:Group:Rank"] = $"{rank}",
                ["Lockstep:Group:Size"] = "2",
                ["Lockstep:Group:Rendezvous"] = "http://10.0.0.7:5000",
                ["Lockstep:Group:Token"] = "secret",
            }
        );
        builder.Services.AddProcessGroup();
        return builder.Build();
    }
}
