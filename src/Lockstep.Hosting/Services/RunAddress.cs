using System.Net;
using System.Text;
using System.Text.Json;
using Lockstep.Core.Errors;
using Lockstep.Storage.Files;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting.Server;
using Microsoft.Extensions.DependencyInjection;

namespace Lockstep.Hosting.Services;

/// <summary>
/// Where the coordinator of a run is reached, in <c>coordinator.json</c> of the run directory for as long as it lives. Whoever has the
/// directory finds the run; secrets are not in it.
/// </summary>
/// <param name="Http">URL of the status page.</param>
/// <param name="Grpc">URL of the control port.</param>
/// <param name="Host">Name of its machine.</param>
/// <param name="ProcessId">Its process on that machine.</param>
public sealed record RunAddress(string Http, string Grpc, string Host, int ProcessId)
{
    /// <summary>Name of the file.</summary>
    public const string File = "coordinator.json";

    /// <summary>Writes the address of a service that has started.</summary>
    /// <returns>Takes it away again when disposed, unless another coordinator has written its own.</returns>
    public static IDisposable Record(WebApplication app, string runDirectory)
    {
        var (grpc, http) = app.Services.GetRequiredService<IServer>().BoundAddresses(advertisedHost: null);
        var address = new RunAddress(Reachable(http), Reachable(grpc), Environment.MachineName, Environment.ProcessId);
        string path = Path.Combine(runDirectory, File);
        try
        {
            DurableFile.Write(path, file =>
                file.Write(Encoding.UTF8.GetBytes(JsonSerializer.Serialize(address, ServiceJson.Default.RunAddress) + "\n"))
            );
        }
        catch (IOException)
        {
            // a full disk costs the file, not the run
        }
        return new Recorded(path, address);
    }

    /// <summary>The address that a run directory holds; null where no coordinator leads the run.</summary>
    /// <exception cref="BadInputException">The file is there and no address.</exception>
    public static RunAddress? TryFind(string runDirectory)
    {
        string path = Path.Combine(runDirectory, File);
        return !System.IO.File.Exists(path)
            ? null
            : TryRead(path)
                ?? throw new BadInputException($"'{path}' is not the address of a coordinator; give the URL of its status page instead.");
    }

    /// <summary>No coordinator leads the run any more.</summary>
    public static void Forget(string runDirectory)
    {
        if (Directory.Exists(runDirectory))
            System.IO.File.Delete(Path.Combine(runDirectory, File));
    }

    private static RunAddress? TryRead(string path)
    {
        try
        {
            return
                JsonSerializer.Deserialize(InputFile.ReadAllBytes(path), ServiceJson.Default.RunAddress) is { } address
                && Uri.TryCreate(address.Http, UriKind.Absolute, out var page)
                && page.Scheme is "http" or "https"
                ? address
                : null;
        }
        catch (Exception e) when (e is JsonException or IOException)
        {
            return null;
        }
    }

    /// <summary>One that listens everywhere is reached by the name of its machine.</summary>
    private static string Reachable(Uri url) =>
        IPAddress.TryParse(url.Host.Trim('[', ']'), out var address) && (address.Equals(IPAddress.Any) || address.Equals(IPAddress.IPv6Any))
            ? new UriBuilder(url) { Host = Environment.MachineName }.Uri.ToString()
            : url.ToString();

    private sealed class Recorded(string path, RunAddress address) : IDisposable
    {
        public void Dispose()
        {
            try
            {
                if (TryRead(path) == address)
                    System.IO.File.Delete(path);
            }
            catch (IOException)
            {
                // it stays, and whoever reads it finds nobody there
            }
        }
    }
}
