namespace AlexNet.Data.Downloads;

/// <summary>A file to download, and how it is known to be the right one.</summary>
/// <param name="Name">Its name here.</param>
/// <param name="Address">Where it is.</param>
/// <param name="Bytes">Its size.</param>
/// <param name="Md5">Its hash as published, hexadecimal; it guards against accidents, not against attackers.</param>
public sealed record DownloadFile(string Name, Uri Address, long Bytes, string Md5);
