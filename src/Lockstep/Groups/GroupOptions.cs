using Lockstep.Core.Errors;
using Lockstep.Core.Timings;
using Lockstep.Hosting;
using Lockstep.Hosting.Security;
using Lockstep.Transport;

namespace Lockstep.Groups;

/// <summary>How a process joins a <see cref="ProcessGroup"/>.</summary>
public sealed record GroupOptions
{
    /// <summary>This process's place in the group, from 0.</summary>
    public int Rank { get; set; }

    /// <summary>The number of processes in the group; 1 by default, which needs no network.</summary>
    public int Size { get; set; } = 1;

    /// <summary>Where member 0 listens and the others call, such as <c>http://10.0.0.7:5000</c>; https with <see cref="Tls"/>.</summary>
    public Uri? Rendezvous { get; set; }

    /// <summary>The secret of the group, the same in each process; ASCII without spaces.</summary>
    public string Token { get; set; } = "";

    /// <summary>
    /// The host name or address under which the others reach this process; by default the address from which it reaches member 0.
    /// </summary>
    public string? Advertise { get; set; }

    /// <summary>What carries tensors between processes; shared memory within a machine and gRPC between machines by default.</summary>
    public PeerTransport Transport { get; set; } = PeerTransport.Auto;

    /// <summary>How long to wait until all members have come; two minutes by default.</summary>
    public TimeSpan JoinTimeout { get; set; } = LivenessTimings.Standard.JoinTime;

    /// <summary>
    /// How long an operation waits for a member that does not come, though it lives; ten minutes by default. One that is gone is noticed at
    /// once.
    /// </summary>
    public TimeSpan Deadline { get; set; } = TimeSpan.FromMinutes(10);

    /// <summary>Certificates of the role <c>worker</c> for mutual TLS; none by default.</summary>
    public TlsFiles? Tls { get; set; }

    /// <summary>
    /// Reads the settings <c>rank</c>, <c>size</c>, <c>rendezvous</c>, <c>token</c>, <c>advertise</c>, <c>transport</c>,
    /// <c>join-timeout</c>, <c>deadline</c>, <c>tls-cert</c>, <c>tls-key</c> and <c>tls-ca</c> from arguments (<c>--rank 0</c>) and
    /// variables (<c>ALEXNET_RANK</c>). What they leave out, PyTorch's variables give: <c>RANK</c>, <c>WORLD_SIZE</c>,
    /// <c>MASTER_ADDR</c> and <c>MASTER_PORT</c>.
    /// </summary>
    /// <exception cref="BadInputException">Something is missing or wrong; all errors at once.</exception>
    public static GroupOptions From(string[] args)
    {
        var settings = new Settings(args);
        var options = new GroupOptions
        {
            Rank = settings.Whole("rank", Number("RANK", 0, settings.Errors), least: 0),
            Size = settings.Whole("size", Number("WORLD_SIZE", 1, settings.Errors), least: 1),
            Rendezvous = AddressOf(settings),
            Token = settings.OptionalSecret("token") ?? "",
            Advertise = settings.Optional("advertise"),
            Transport = TransportOf(settings),
            JoinTimeout = settings.Seconds("join-timeout", LivenessTimings.Standard.JoinTime.TotalSeconds),
            Deadline = settings.Seconds("deadline", new GroupOptions().Deadline.TotalSeconds),
            Tls = TlsFiles.Read(settings, Roles.Worker),
        };
        settings.RefuseUnknown();
        settings.Errors.AddRange(GroupRules.Problems(options));
        return settings.Errors.Count == 0 ? options : throw new BadInputException(settings.Errors);
    }

    /// <summary>Whether a launcher has told this process its rank.</summary>
    internal static bool AreGiven =>
        Environment.GetEnvironmentVariable(Settings.VariableOf("rank")) is not null
        || Environment.GetEnvironmentVariable("RANK") is not null;

    private static Uri? AddressOf(Settings settings)
    {
        string? host = Environment.GetEnvironmentVariable("MASTER_ADDR");
        string? given = settings.Optional("rendezvous")
            ?? (host is null ? null : $"http://{host}:{Environment.GetEnvironmentVariable("MASTER_PORT")}");
        if (given is null || Uri.TryCreate(given, UriKind.Absolute, out _))
            return given is null ? null : new Uri(given);
        settings.Errors.Add($"setting 'rendezvous' is '{given}'; it must be a URL such as http://10.0.0.7:5000.");
        return null;
    }

    private static PeerTransport TransportOf(Settings settings)
    {
        string name = settings.OneOf("transport", "auto", "grpc", "shm");
        return PeerTransports.TryParse(name, out var transport) ? transport : PeerTransport.Auto;
    }

    private static int Number(string variable, int standard, List<string> errors)
    {
        string? text = Environment.GetEnvironmentVariable(variable);
        if (string.IsNullOrWhiteSpace(text))
            return standard;
        if (int.TryParse(text, out int number) && number >= 0)
            return number;
        errors.Add($"variable {variable} is '{text}'; it must be a whole number of 0 or more.");
        return standard;
    }
}
