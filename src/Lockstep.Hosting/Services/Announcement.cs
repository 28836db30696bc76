using System.Text.Json;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.Extensions.DependencyInjection;

namespace Lockstep.Hosting.Services;

/// <summary>The one line that a service writes to standard output: where it listens, for whoever started it on free ports.</summary>
/// <param name="Grpc">URL of the gRPC port.</param>
/// <param name="Http">URL of the metrics port.</param>
public sealed record Announcement(string Grpc, string Http)
{
    /// <summary>Writes the line of a service that has started.</summary>
    public static void Write(WebApplication app)
    {
        var (grpc, http) = app.Services.GetRequiredService<IServer>().BoundAddresses(advertisedHost: null);
        try
        {
            Console.WriteLine(
                JsonSerializer.Serialize(new Announcement(grpc.ToString(), http.ToString()), ServiceJson.Default.Announcement)
            );
        }
        catch (IOException)
        {
            // standard output is full or closed: whoever needs the address cannot read it, and the run goes on
        }
    }

    /// <summary>The line that a service wrote, or null if it is none.</summary>
    public static Announcement? Parse(string line)
    {
        try
        {
            return JsonSerializer.Deserialize(line, ServiceJson.Default.Announcement);
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
