using Lockstep.Core.Errors;
using Lockstep.Storage.Files;

namespace AlexNet.Data.Listing;

/// <summary>Reads the lines of a small text file.</summary>
internal static class TextLines
{
    /// <summary>All lines, trimmed, without empty ones at the end.</summary>
    /// <param name="path">The file.</param>
    /// <param name="mostBytes">It may not be larger.</param>
    /// <param name="purpose">What the file is for, for messages.</param>
    /// <exception cref="BadInputException">It is missing, unreadable or too large.</exception>
    public static IReadOnlyList<string> Read(string path, int mostBytes, string purpose)
    {
        try
        {
            if (new FileInfo(path) is not { Exists: true, Length: var bytes })
                throw new BadInputException($"file '{path}' is missing; {purpose}.");
            if (bytes > mostBytes)
                throw new BadInputException($"file '{path}' has {bytes} bytes; at most {mostBytes} are allowed; {purpose}.");
            string text = InputFile.ReadAllText(path).TrimEnd();
            return text.Length == 0 ? [] : [.. text.Split('\n').Select(l => l.Trim())];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            throw new BadInputException($"file '{path}' cannot be read: {e.Message}; {purpose}; check its permissions and the disk.");
        }
    }
}
