namespace AlexNet.Data.Images.Formats;

/// <summary>An image file cannot be used; says which, what was found in it, and what is required.</summary>
public sealed class ImageException(string file, string found, string required) : Exception($"image '{file}' {found}; {required}.")
{
    /// <summary>The path of the file.</summary>
    public string File { get; } = file;
}
