namespace AlexNet.Data.Folders;

/// <summary>One image file.</summary>
/// <param name="Folder">The folder of its class; shared by all files in it, as there may be millions.</param>
/// <param name="Name">Its name there.</param>
/// <param name="Label">Its class.</param>
/// <param name="Bytes">Its size.</param>
internal readonly record struct LabelledFile(string Folder, string Name, int Label, long Bytes)
{
    public string Path => System.IO.Path.Combine(Folder, Name);
}
