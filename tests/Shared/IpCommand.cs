namespace AlexNet.Testing;

/// <summary><c>ip</c> of iproute2, which makes namespaces and sets up interfaces.</summary>
internal static class IpCommand
{
    public const string Program = "ip";

    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(30);

    /// <summary>Runs it and requires success.</summary>
    /// <exception cref="InvalidOperationException">It ended with another exit code than 0; what it wrote is in the message.</exception>
    /// <exception cref="System.ComponentModel.Win32Exception">It is not installed.</exception>
    public static async Task RunAsync(params IEnumerable<string> arguments)
    {
        await using var ip = ProgramProcess.Start(Program, arguments);
        await ip.SucceedAsync(Deadline);
    }
}
