namespace Lockstep.Storage.Files;

/// <summary>A path leads to something that is no regular file, where one is required.</summary>
public sealed class IrregularFileException(string path, FileKind kind)
    : IOException($"'{path}' is {kind.Named()}; a regular file is required. Name one, or take this one away.");
