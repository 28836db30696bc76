using System.Net.Sockets;
using Lockstep.Core.Errors;
using Lockstep.Storage.Files;

namespace Lockstep.Hosting;

/// <summary>Turns an exception that ends a program into one message and an exit code; no program of ours ends in a stack trace.</summary>
public static class ProgramExit
{
    /// <summary>The exit code for an error: bad input where the user can mend it before starting again.</summary>
    public static int CodeOf(Exception error) =>
        error switch
        {
            BadInputException or IrregularFileException or UnauthorizedAccessException or SocketException => ExitCodes.BadInput,
            IOException { InnerException: Microsoft.AspNetCore.Connections.AddressInUseException or SocketException } => ExitCodes.BadInput,
            _ => ExitCodes.Failed,
        };

    /// <summary>What to tell a person.</summary>
    public static string MessageOf(Exception error) =>
        error switch
        {
            IOException { InnerException: Microsoft.AspNetCore.Connections.AddressInUseException } =>
                $"{error.Message} Choose another port, or port 0 for a free one.",
            SocketException =>
                $"An address to listen on cannot be used: {error.Message}. Give an address of this machine and a port that this user may "
                    + "open.",
            UnauthorizedAccessException => $"{error.Message} Give a directory that this user may write.",
            _ when error is IOException || IsOurs(error) => error.Message,
            TimeoutException or OperationCanceledException =>
                $"Something that this program waited for did not come in time ({error.Message.TrimEnd('.')}). Look at the load of this "
                    + "machine, and start it again.",
            _ =>
                $"The program met an error that it does not expect ({error.GetType().Name}: {error.Message.TrimEnd('.')}). This is a fault "
                    + "of this program. Report it, with the logs.",
        };

    private static readonly string[] Ours = [nameof(Lockstep), "AlexNet"];

    /// <summary>Thrown by our code, and so written for people.</summary>
    private static bool IsOurs(Exception error) => IsOurs(error.GetType()) || IsOurs(error.TargetSite?.DeclaringType);

    private static bool IsOurs(Type? type) =>
        type?.Namespace is { } name ? Ours.Any(root => name.StartsWith(root, StringComparison.Ordinal)) : type?.Name == "Program";

    /// <summary>Writes the message to standard error and returns the exit code.</summary>
    public static int Report(Exception error)
    {
        Console.Error.WriteLine(MessageOf(error));
        return CodeOf(error);
    }
}
